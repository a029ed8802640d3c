<?php
/**
 * The block “OTNet player”: what it is made of, and how it looks on the visitor's page.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * Registration and rendering.
 */
final class Otnet_Block {

	const EDITOR = 'otnet-player-editor-script';

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_action( 'init', array( __CLASS__, 'register' ) );
	}

	/**
	 * Tells WordPress about the block and its scripts.
	 */
	public static function register() {
		$common  = array( 'otnet-links', 'wp-components', 'wp-element', 'wp-i18n' );
		$scripts = array(
			'links'     => array(),
			'search'    => array_merge( $common, array( 'wp-a11y', 'wp-api-fetch', 'wp-url' ) ),
			'inspector' => array_merge( $common, array( 'wp-block-editor' ) ),
		);
		foreach ( $scripts as $name => $needs ) {
			$file = plugins_url( "blocks/player/$name.js", OTNET_FILE );
			wp_register_script( "otnet-$name", $file, $needs, OTNET_VERSION, true );
		}
		register_block_type( OTNET_DIR . 'blocks/player' );
		foreach ( array( 'otnet-search', 'otnet-inspector', self::EDITOR ) as $script ) {
			wp_set_script_translations( $script, 'otnet', OTNET_DIR . 'languages' );
		}
		add_action( 'enqueue_block_editor_assets', array( __CLASS__, 'tell' ) );
	}

	/**
	 * Tells the editor's scripts where the server is and which players there are.
	 */
	public static function tell() {
		$told = array(
			'server'   => Otnet_Settings::server(),
			'name'     => Otnet_Settings::name(),
			'skin'     => Otnet_Settings::skin(),
			'skins'    => Otnet_Frame::SKINS,
			'aspects'  => Otnet_Frame::ASPECTS,
			'allow'    => Otnet_Frame::ALLOW,
			'widest'   => Otnet_Frame::WIDEST,
			'settings' => current_user_can( 'manage_options' ) ? admin_url( 'options-general.php?page=otnet' ) : '',
		);
		$code = 'window.otnet = ' . wp_json_encode( $told, JSON_HEX_TAG ) . ';';
		wp_add_inline_script( 'otnet-links', $code, 'before' );
	}

	/**
	 * The block on a page, escaped.
	 *
	 * @param array $attributes As block.json has them.
	 */
	public static function render( array $attributes ) {
		$align = isset( $attributes['align'] ) ? $attributes['align'] : '';
		$frame = Otnet_Frame::html( $attributes, in_array( $align, array( 'wide', 'full' ), true ) );
		if ( '' === $frame ) {
			return '';
		}
		return '<figure ' . get_block_wrapper_attributes() . '>' . $frame . self::caption( $attributes ) . '</figure>';
	}

	/**
	 * The title below the player, as a link to its page.
	 *
	 * @param array $attributes As block.json has them.
	 */
	public static function caption( array $attributes ) {
		if ( empty( $attributes['showTitle'] ) ) {
			return '';
		}
		$o     = Otnet_Frame::options( $attributes );
		$title = '' !== $o['title'] ? $o['title'] : Otnet_Catalogue::name( $o['id'] );
		if ( '' === $title ) {
			return '';
		}
		return sprintf(
			'<figcaption class="wp-element-caption"><a href="%s">%s</a></figcaption>',
			esc_url( Otnet_Link::page( $o['id'] ) ),
			esc_html( $title )
		);
	}
}
