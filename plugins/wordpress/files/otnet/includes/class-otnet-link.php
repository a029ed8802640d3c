<?php
/**
 * Links to titles: parses them, and returns the URL of a title's page.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * Links to titles on the server.
 */
final class Otnet_Link {

	const CLOCK   = '/^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d+)?$/';
	const UNITS   = '/^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/';
	const NO_NAME = '#[\s/?\#<>"\'&\\\\\x00-\x1f]+#u';

	/**
	 * Parses a link to a title.
	 *
	 * @param string $url Any URL.
	 * @return array|null { id, start in seconds }; null when it is not a title of this server.
	 */
	public static function read( $url ) {
		$link = wp_parse_url( html_entity_decode( trim( (string) $url ) ) );
		$own  = wp_parse_url( Otnet_Settings::server() );
		if ( empty( $link['host'] ) || empty( $own['host'] ) || self::authority( $link ) !== self::authority( $own ) ) {
			return null;
		}
		$before = isset( $own['path'] ) ? rtrim( $own['path'], '/' ) : '';
		$path   = isset( $link['path'] ) ? $link['path'] : '';
		if ( ! preg_match( '#^' . preg_quote( $before, '#' ) . '/(?:title|watch|embed)/([^/]+)/?$#', $path, $match ) ) {
			return null;
		}
		$query = array();
		wp_parse_str( isset( $link['query'] ) ? $link['query'] : '', $query );
		$start = isset( $query['start'] ) ? $query['start'] : ( isset( $query['t'] ) ? $query['t'] : '' );
		return array(
			'id'    => self::id( rawurldecode( $match[1] ) ),
			'start' => self::seconds( $start ),
		);
	}

	/**
	 * Host and port; the scheme is ignored.
	 *
	 * @param array $parts A parsed URL.
	 */
	private static function authority( array $parts ) {
		return strtolower( $parts['host'] ) . ':' . ( isset( $parts['port'] ) ? $parts['port'] : '' );
	}

	/**
	 * An id or slug without invalid characters.
	 *
	 * @param mixed $value Anything.
	 */
	public static function id( $value ) {
		return is_scalar( $value ) ? (string) preg_replace( self::NO_NAME, '', substr( (string) $value, 0, 200 ) ) : '';
	}

	/**
	 * A time in seconds from `90`, `1:30`, `1:02:30`, `90s` or `1m30s`; 0 when it is not valid.
	 *
	 * @param mixed $value Anything.
	 */
	public static function seconds( $value ) {
		$text = is_scalar( $value ) ? strtolower( trim( (string) $value ) ) : '';
		foreach ( array( self::CLOCK, self::UNITS ) as $pattern ) {
			if ( preg_match( $pattern, $text, $match ) ) {
				$match += array( 0, 0, 0, 0 );
				return (int) $match[1] * 3600 + (int) $match[2] * 60 + (int) $match[3];
			}
		}
		return 0;
	}

	/**
	 * The URL of a title's page.
	 *
	 * @param string $id Id or slug.
	 */
	public static function page( $id ) {
		return Otnet_Settings::server() . '/title/' . rawurlencode( $id );
	}
}
