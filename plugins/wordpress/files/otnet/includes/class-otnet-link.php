<?php
/**
 * Addresses of titles: which title a link is of, and where a title's pages are.
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
	 * The title that a link is of.
	 *
	 * @param string $url Any address.
	 * @return array|null { id, start in seconds }; null when it is no title of this server.
	 */
	public static function read( $url ) {
		$link = wp_parse_url( html_entity_decode( trim( (string) $url ) ) );
		$own  = wp_parse_url( Otnet_Settings::server() );
		if ( empty( $link['host'] ) || empty( $own['host'] ) || self::place( $link ) !== self::place( $own ) ) {
			return null;
		}
		$before = isset( $own['path'] ) ? rtrim( $own['path'], '/' ) : '';
		$path   = isset( $link['path'] ) ? $link['path'] : '';
		if ( ! preg_match( '#^' . preg_quote( $before, '#' ) . '/(?:title|watch|embed)/([^/]+)/?$#', $path, $found ) ) {
			return null;
		}
		$query = array();
		wp_parse_str( isset( $link['query'] ) ? $link['query'] : '', $query );
		$start = isset( $query['start'] ) ? $query['start'] : ( isset( $query['t'] ) ? $query['t'] : '' );
		return array(
			'id'    => self::id( rawurldecode( $found[1] ) ),
			'start' => self::seconds( $start ),
		);
	}

	/**
	 * Host and port: whether a link says http or https does not matter.
	 *
	 * @param array $parts Of an address.
	 */
	private static function place( array $parts ) {
		return strtolower( $parts['host'] ) . ':' . ( isset( $parts['port'] ) ? $parts['port'] : '' );
	}

	/**
	 * An id or slug without what can't be in one.
	 *
	 * @param mixed $value Anything.
	 */
	public static function id( $value ) {
		return is_scalar( $value ) ? (string) preg_replace( self::NO_NAME, '', substr( (string) $value, 0, 200 ) ) : '';
	}

	/**
	 * A time in seconds from `90`, `1:30`, `1:02:30`, `90s` or `1m30s`; 0 when it is none.
	 *
	 * @param mixed $value Anything.
	 */
	public static function seconds( $value ) {
		$text = is_scalar( $value ) ? strtolower( trim( (string) $value ) ) : '';
		foreach ( array( self::CLOCK, self::UNITS ) as $way ) {
			if ( preg_match( $way, $text, $found ) ) {
				$found += array( 0, 0, 0, 0 );
				return (int) $found[1] * 3600 + (int) $found[2] * 60 + (int) $found[3];
			}
		}
		return 0;
	}

	/**
	 * A title's page.
	 *
	 * @param string $id Id or slug.
	 */
	public static function page( $id ) {
		return Otnet_Settings::server() . '/title/' . rawurlencode( $id );
	}
}
