<?php
/**
 * What is set on this site: which server, by which address WordPress itself reaches it, and which player by default.
 * What nobody has set is as the server wrote it into config.php.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The settings, read and checked.
 */
final class Otnet_Settings {

	const OPTION = 'otnet_settings';

	/**
	 * As shipped.
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
	 * As set.
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
	 * The address that WordPress itself asks: inside a network of containers it may be another one.
	 */
	public static function asked() {
		$all = self::all();
		return '' !== $all['internal'] ? $all['internal'] : $all['server'];
	}

	/**
	 * The player that is used where none is chosen.
	 */
	public static function skin() {
		$skin = self::all()['skin'];
		return isset( Otnet_Frame::SKINS[ $skin ] ) ? $skin : 'video';
	}

	/**
	 * Who the server belongs to, in words.
	 */
	public static function name() {
		$shipped = self::shipped();
		$same    = self::server() === $shipped['server'];
		return $same && '' !== $shipped['name'] ? $shipped['name'] : (string) wp_parse_url( self::server(), PHP_URL_HOST );
	}

	/**
	 * An address as it is kept: scheme, host, port and path, no slash at the end.
	 *
	 * @param mixed $value What somebody typed.
	 * @return string|null Null when it is no address of a server.
	 */
	public static function address( $value ) {
		$text = trim( is_string( $value ) ? $value : '' );
		if ( '' !== $text && ! preg_match( '#^[a-z][a-z0-9+.-]*://#i', $text ) ) {
			$text = 'https://' . $text;
		}
		$parts = wp_parse_url( $text );
		$right = is_array( $parts ) && ! empty( $parts['host'] ) && ! isset( $parts['user'], $parts['pass'] )
			&& in_array( strtolower( $parts['scheme'] ), array( 'http', 'https' ), true );
		if ( ! $right || ! preg_match( '/^(\[[0-9a-f:.]+\]|[^\s\/?#@\[\]"<>\\\\]+)$/i', $parts['host'] ) ) {
			return null;
		}
		$port = isset( $parts['port'] ) ? ':' . $parts['port'] : '';
		$path = isset( $parts['path'] ) ? rtrim( $parts['path'], '/' ) : '';
		$host = strtolower( $parts['scheme'] . '://' . $parts['host'] );
		return esc_url_raw( $host . $port . $path, array( 'http', 'https' ) );
	}

	/**
	 * Checks what the settings page sends.
	 *
	 * @param mixed $sent The form's values.
	 * @return array What is kept.
	 */
	public static function sanitize( $sent ) {
		$sent = is_array( $sent ) ? $sent : array();
		$kept = self::all();
		$skin = isset( $sent['skin'] ) ? sanitize_key( $sent['skin'] ) : $kept['skin'];
		if ( isset( Otnet_Frame::SKINS[ $skin ] ) ) {
			$kept['skin'] = $skin;
		}
		foreach ( array( 'server', 'internal' ) as $field ) {
			$typed = isset( $sent[ $field ] ) ? trim( (string) $sent[ $field ] ) : $kept[ $field ];
			$right = 'internal' === $field && '' === $typed ? '' : self::address( $typed );
			if ( null !== $right ) {
				$kept[ $field ] = $right;
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
		return $kept;
	}
}
