<?php
/**
 * The block “OTNet player”: its registration, and its HTML on the visitor's page.
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
	 * Registers the block and its scripts.
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
		add_action( 'enqueue_block_editor_assets', array( __CLASS__, 'print_config' ) );
	}

	/**
	 * Passes the server's URL and the skins to the editor's scripts.
	 */
	public static function print_config() {
		$config = array(
			'server'   => Otnet_Settings::server(),
			'name'     => Otnet_Settings::name(),
			'skin'     => Otnet_Settings::skin(),
			'skins'    => Otnet_Frame::SKINS,
			'aspects'  => Otnet_Frame::ASPECTS,
			'allow'    => Otnet_Frame::ALLOW,
			'widest'   => Otnet_Frame::MAX_WIDTH,
			'settings' => current_user_can( 'manage_options' ) ? admin_url( 'options-general.php?page=otnet' ) : '',
		);
		$code   = 'window.otnet = ' . wp_json_encode( $config, JSON_HEX_TAG ) . ';';
		wp_add_inline_script( 'otnet-links', $code, 'before' );
	}

	/**
	 * The HTML of the block, escaped.
	 *
	 * @param array $attributes The attributes of block.json.
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
	 * @param array $attributes The attributes of block.json.
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
