<?php
/**
 * The shortcode: `[otnet id="night-train"]`, `[otnet url="https://tv.example.org/title/night-train" skin="audio"]`.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The shortcode's output.
 */
final class Otnet_Shortcode {

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_shortcode( 'otnet', array( __CLASS__, 'render' ) );
	}

	/**
	 * The player, or an error message for users who may edit posts.
	 *
	 * @param array|string $attributes The attributes of the shortcode.
	 */
	public static function render( $attributes ) {
		$options = shortcode_atts(
			array(
				'id'       => '',
				'url'      => '',
				'skin'     => '',
				'start'    => '',
				'autoplay' => '',
				'aspect'   => '',
				'width'    => '',
				'title'    => '',
				'caption'  => '',
			),
			is_array( $attributes ) ? $attributes : array(),
			'otnet'
		);
		if ( '' === $options['id'] && '' !== $options['url'] ) {
			$link = Otnet_Link::read( $options['url'] );
			if ( null === $link ) {
				/* translators: %s: the server's address */
				$message = __( 'This link does not lead to a title on your server. Links begin with %s/title/ or /watch/.', 'otnet' );
				return self::error( sprintf( $message, Otnet_Settings::server() ) );
			}
			$options['id']    = $link['id'];
			$options['start'] = '' !== $options['start'] ? $options['start'] : $link['start'];
		}
		if ( '' === Otnet_Link::id( $options['id'] ) ) {
			return self::error( __( 'The title is missing. Write [otnet id="…"] or [otnet url="…"].', 'otnet' ) );
		}
		if ( '' === Otnet_Settings::server() ) {
			return self::error( __( 'No server is configured. Enter its address under Settings → OTNet.', 'otnet' ) );
		}
		$options['showTitle'] = in_array( strtolower( $options['caption'] ), array( '1', 'true', 'yes', 'on' ), true );
		return '<figure class="otnet-figure">' . Otnet_Frame::html( $options ) . Otnet_Block::caption( $options ) . '</figure>';
	}

	/**
	 * An error message, which visitors do not see.
	 *
	 * @param string $message The error.
	 */
	private static function error( $message ) {
		if ( ! current_user_can( 'edit_posts' ) ) {
			return '';
		}
		/* translators: %s: what is wrong with a shortcode */
		$text = sprintf( __( 'OTNet player (visible to editors only): %s', 'otnet' ), $message );
		return '<p class="otnet-complaint" role="note">' . esc_html( $text ) . '</p>';
	}
}
