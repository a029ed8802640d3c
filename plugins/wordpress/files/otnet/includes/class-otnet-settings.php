<?php
/**
 * The settings: the URL of the server, the URL by which WordPress itself reaches it, and the default skin. Defaults are in
 * config.php, which the server generated.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads and validates the settings.
 */
final class Otnet_Settings {

	const OPTION = 'otnet_settings';

	/**
	 * The defaults in config.php.
	 *
	 * @return array { server, name, accent }.
	 */
	public static function shipped() {
		static $shipped = null;
		if ( null === $shipped ) {
			$file    = OTNET_DIR . 'config.php';
			$shipped = is_readable( $file ) ? (array) include $file : array();
		}
		return wp_parse_args(
			$shipped,
			array(
				'server' => '',
				'name'   => '',
				'accent' => '',
			)
		);
	}

	/**
	 * The saved settings.
	 *
	 * @return array { server, internal, skin }.
	 */
	public static function all() {
		$saved = get_option( self::OPTION );
		return wp_parse_args(
			is_array( $saved ) ? $saved : array(),
			array(
				'server'   => self::shipped()['server'],
				'internal' => '',
				'skin'     => 'video',
			)
		);
	}

	/**
	 * The server's address as visitors reach it, without a slash at the end.
	 */
	public static function server() {
		return self::all()['server'];
	}

	/**
	 * The server's address for WordPress's own requests, which may be another one inside a container network.
	 */
	public static function internal_server() {
		$all = self::all();
		return '' !== $all['internal'] ? $all['internal'] : $all['server'];
	}

	/**
	 * The default skin.
	 */
	public static function skin() {
		$skin = self::all()['skin'];
		return isset( Otnet_Frame::SKINS[ $skin ] ) ? $skin : 'video';
	}

	/**
	 * The name of the server's organization, or its host name.
	 */
	public static function name() {
		$shipped = self::shipped();
		$same    = self::server() === $shipped['server'];
		return $same && '' !== $shipped['name'] ? $shipped['name'] : (string) wp_parse_url( self::server(), PHP_URL_HOST );
	}

	/**
	 * Normalizes the address of a server: scheme, host, port and path, without a trailing slash.
	 *
	 * @param mixed $value The input.
	 * @return string|null Null when it is not valid.
	 */
	public static function address( $value ) {
		$text = trim( is_string( $value ) ? $value : '' );
		if ( '' !== $text && ! preg_match( '#^[a-z][a-z0-9+.-]*://#i', $text ) ) {
			$text = 'https://' . $text;
		}
		$parts = wp_parse_url( $text );
		$valid = is_array( $parts ) && ! empty( $parts['host'] ) && ! isset( $parts['user'], $parts['pass'] )
			&& in_array( strtolower( $parts['scheme'] ), array( 'http', 'https' ), true );
		if ( ! $valid || ! preg_match( '/^(\[[0-9a-f:.]+\]|[^\s\/?#@\[\]"<>\\\\]+)$/i', $parts['host'] ) ) {
			return null;
		}
		$port = isset( $parts['port'] ) ? ':' . $parts['port'] : '';
		$path = isset( $parts['path'] ) ? rtrim( $parts['path'], '/' ) : '';
		$host = strtolower( $parts['scheme'] . '://' . $parts['host'] );
		return esc_url_raw( $host . $port . $path, array( 'http', 'https' ) );
	}

	/**
	 * Validates the settings form.
	 *
	 * @param mixed $input The form's values.
	 * @return array The settings to save.
	 */
	public static function sanitize( $input ) {
		$input        = is_array( $input ) ? $input : array();
		$saved_values = self::all();
		$skin         = isset( $input['skin'] ) ? sanitize_key( $input['skin'] ) : $saved_values['skin'];
		if ( isset( Otnet_Frame::SKINS[ $skin ] ) ) {
			$saved_values['skin'] = $skin;
		}
		foreach ( array( 'server', 'internal' ) as $field ) {
			$typed = isset( $input[ $field ] ) ? trim( (string) $input[ $field ] ) : $saved_values[ $field ];
			$valid = 'internal' === $field && '' === $typed ? '' : self::address( $typed );
			if ( null !== $valid ) {
				$saved_values[ $field ] = $valid;
				continue;
			}
			add_settings_error(
				self::OPTION,
				'otnet_' . $field,
				sprintf(
					/* translators: %s: what was typed */
					__( '“%s” is not the address of a server. It must begin with https:// or http:// and a host name, such as https://tv.example.org. The earlier address was kept.', 'otnet' ),
					$typed
				)
			);
		}
		return $saved_values;
	}
}
