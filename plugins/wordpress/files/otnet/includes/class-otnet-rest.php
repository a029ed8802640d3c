<?php
/**
 * The REST routes of the editor: the catalogue, for users who may edit posts.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The routes otnet/v1/search and otnet/v1/titles/{id}.
 */
final class Otnet_Rest {

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_action( 'rest_api_init', array( __CLASS__, 'register' ) );
	}

	/**
	 * The routes.
	 */
	public static function register() {
		$permission = static function () {
			return current_user_can( 'edit_posts' );
		};
		register_rest_route(
			'otnet/v1',
			'/search',
			array(
				'methods'             => WP_REST_Server::READABLE,
				'permission_callback' => $permission,
				'callback'            => array( __CLASS__, 'search' ),
				'args'                => array(
					'q' => array(
						'type'              => 'string',
						'default'           => '',
						'maxLength'         => 200,
						'sanitize_callback' => 'sanitize_text_field',
						'validate_callback' => 'rest_validate_request_arg',
					),
				),
			)
		);
		register_rest_route(
			'otnet/v1',
			'/titles/(?P<id>[^/]+)',
			array(
				'methods'             => WP_REST_Server::READABLE,
				'permission_callback' => $permission,
				'callback'            => array( __CLASS__, 'title' ),
			)
		);
	}

	/**
	 * Titles.
	 *
	 * @param WP_REST_Request $request With `q`.
	 */
	public static function search( WP_REST_Request $request ) {
		$items = Otnet_Catalogue::search( trim( $request['q'] ) );
		return is_wp_error( $items ) ? $items : rest_ensure_response( array( 'items' => $items ) );
	}

	/**
	 * One title.
	 *
	 * @param WP_REST_Request $request With `id`.
	 */
	public static function title( WP_REST_Request $request ) {
		return rest_ensure_response( Otnet_Catalogue::title( Otnet_Link::id( rawurldecode( $request['id'] ) ) ) );
	}
}
