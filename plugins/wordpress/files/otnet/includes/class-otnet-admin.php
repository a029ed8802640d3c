<?php
/**
 * Settings → OTNet: the server's address, the default skin, and a test of the connection.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The settings page.
 */
final class Otnet_Admin {

	const PAGE = 'otnet';
	const TEST = 'otnet_test';

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_action( 'admin_init', array( __CLASS__, 'register' ) );
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'enqueue' ) );
		add_action( 'wp_ajax_' . self::TEST, array( __CLASS__, 'test' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( OTNET_FILE ), array( __CLASS__, 'link' ) );
	}

	/**
	 * Registers the option, and suggests a text for the privacy policy.
	 */
	public static function register() {
		register_setting(
			self::PAGE,
			Otnet_Settings::OPTION,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( 'Otnet_Settings', 'sanitize' ),
				'show_in_rest'      => false,
			)
		);
		/* translators: %s: the server's address */
		$policy = sprintf( __( 'Videos and audio on this site are loaded from %s. When a player becomes visible, the visitor’s browser contacts that server, which receives the visitor’s IP address and the address of this site.', 'otnet' ), Otnet_Settings::server() );
		wp_add_privacy_policy_content( 'OTNet', '<p>' . esc_html( $policy ) . '</p>' );
	}

	/**
	 * The menu entry.
	 */
	public static function menu() {
		add_options_page( 'OTNet', 'OTNet', 'manage_options', self::PAGE, array( __CLASS__, 'page' ) );
	}

	/**
	 * Adds a link to the settings in the list of plugins.
	 *
	 * @param array $links The links of this plugin.
	 */
	public static function link( array $links ) {
		$page     = admin_url( 'options-general.php?page=' . self::PAGE );
		$settings = sprintf( '<a href="%s">%s</a>', esc_url( $page ), esc_html__( 'Settings', 'otnet' ) );
		return array_merge( array( 'settings' => $settings ), $links );
	}

	/**
	 * The page's script and style.
	 *
	 * @param string $hook The current page.
	 */
	public static function enqueue( $hook ) {
		if ( 'settings_page_' . self::PAGE !== $hook ) {
			return;
		}
		wp_enqueue_style( 'otnet-settings', plugins_url( 'assets/settings.css', OTNET_FILE ), array(), OTNET_VERSION );
		wp_enqueue_script( 'otnet-settings', plugins_url( 'assets/settings.js', OTNET_FILE ), array(), OTNET_VERSION, true );
	}

	/**
	 * The page.
	 */
	public static function page() {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$all = Otnet_Settings::all();
		require OTNET_DIR . 'includes/settings-page.php';
	}

	/**
	 * The names and descriptions of the skins.
	 */
	public static function skins() {
		return array(
			'video'    => array( __( 'Video', 'otnet' ), __( 'The picture with its controls below. For films and series.', 'otnet' ) ),
			'audio'    => array( __( 'Audio', 'otnet' ), __( 'A flat bar with the waveform. For podcasts and music.', 'otnet' ) ),
			'circular' => array( __( 'Circular', 'otnet' ), __( 'A circular player whose ring shows the progress. For clips and teasers.', 'otnet' ) ),
			'square'   => array( __( 'Square', 'otnet' ), __( 'A square tile. For portfolios and grids.', 'otnet' ) ),
		);
	}

	/**
	 * Handles the button “Test the connection”, with the addresses in the form.
	 */
	public static function test() {
		check_ajax_referer( self::TEST );
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_send_json_error( array( 'message' => __( 'You may not manage this site’s settings.', 'otnet' ) ), 403 );
		}
		$typed    = isset( $_POST['server'] ) ? sanitize_text_field( wp_unslash( $_POST['server'] ) ) : '';
		$internal = isset( $_POST['internal'] ) ? sanitize_text_field( wp_unslash( $_POST['internal'] ) ) : '';
		$base     = Otnet_Settings::address( '' !== $internal ? $internal : $typed );
		if ( null === $base ) {
			wp_send_json_error(
				array(
					'message' => __( 'This is not the address of a server.', 'otnet' ),
					'remedy'  => __( 'It must begin with https:// or http:// and a host name, such as https://tv.example.org.', 'otnet' ),
				)
			);
		}
		$about = Otnet_Client::ask( $base, '/site' );
		if ( ! is_wp_error( $about ) && empty( $about['organization']['name'] ) ) {
			$about = Otnet_Client::not_otnet( $base );
		}
		$home = is_wp_error( $about ) ? $about : Otnet_Client::ask( $base, '/site/home' );
		if ( is_wp_error( $home ) ) {
			wp_send_json_error( array( 'message' => $home->get_error_message() ) + $home->get_error_data() );
		}
		$name = Otnet_Catalogue::text( $about['organization']['name'] );
		wp_send_json_success( array( 'message' => self::success_message( $name, count( Otnet_Catalogue::newest( $home ) ) ) ) );
	}

	/**
	 * The message for a successful test.
	 *
	 * @param string $name  Name of the server.
	 * @param int    $count Number of titles on its home page.
	 */
	private static function success_message( $name, $count ) {
		if ( 0 === $count ) {
			/* translators: %s: the server's name */
			return sprintf( __( 'Connected to “%s”. It has no published titles yet: publish one in its studio.', 'otnet' ), $name );
		}
		/* translators: 1: the server's name, 2: number of titles */
		$text = _n( 'Connected to “%1$s”: %2$d title on its home page.', 'Connected to “%1$s”: %2$d titles on its home page.', $count, 'otnet' );
		return sprintf( $text, $name, $count );
	}
}
