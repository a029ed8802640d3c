<?php
/**
 * Asks the server. What it answers is kept for a moment, its failures too, so that a server that is away slows down one
 * page view a minute and not each.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * GET and JSON, and every way it can go wrong in words.
 */
final class Otnet_Client {

	const FAILURE_S       = 60;
	const VISITOR_WAITS_S = 2;
	const EDITOR_WAITS_S  = 8;
	const MOST            = 2 * MB_IN_BYTES;

	/**
	 * Asks with what is kept. A failure is kept for visitors alone: who presses “Try again” wants a try.
	 *
	 * @param string $path    After `/api/v1`.
	 * @param array  $query   Names and values.
	 * @param int    $keep    Seconds that the answer is kept.
	 * @param bool   $visitor Whether a visitor waits for it.
	 * @return array|WP_Error
	 */
	public static function get( $path, array $query = array(), $keep = 60, $visitor = false ) {
		$base = Otnet_Settings::asked();
		$key  = 'otnet_' . md5( $base . $path . '?' . http_build_query( $query ) );
		$kept = get_transient( $key );
		if ( is_array( $kept ) && isset( $kept['told'] ) ) {
			return $kept['told'];
		}
		if ( is_array( $kept ) && $visitor ) {
			return new WP_Error( 'otnet_unreachable' );
		}
		$told = self::ask( $base, $path, $query, $visitor ? self::VISITOR_WAITS_S : self::EDITOR_WAITS_S );
		if ( ! is_wp_error( $told ) ) {
			set_transient( $key, array( 'told' => $told ), $keep );
		} elseif ( $visitor ) {
			set_transient( $key, array( 'failed' => true ), self::FAILURE_S );
		}
		return $told;
	}

	/**
	 * Asks, whatever is kept. The server may stand in the same network as WordPress, so its address may be a private one:
	 * it was set by somebody who may manage this site.
	 *
	 * @param string $base  The server.
	 * @param string $path  After `/api/v1`.
	 * @param array  $query Names and values.
	 * @param int    $wait  Seconds.
	 * @return array|WP_Error
	 */
	public static function ask( $base, $path, array $query = array(), $wait = self::EDITOR_WAITS_S ) {
		if ( '' === $base ) {
			$remedy = __( 'Enter its address under Settings → OTNet.', 'otnet' );
			return self::problem( 'no_server', __( 'No server is configured.', 'otnet' ), $remedy );
		}
		$asked  = $query ? '?' . http_build_query( $query, '', '&', PHP_QUERY_RFC3986 ) : '';
		$url    = $base . '/api/v1' . $path . $asked;
		$answer = wp_remote_get(
			$url,
			array(
				'timeout'             => $wait,
				'redirection'         => 2,
				'limit_response_size' => self::MOST,
				'headers'             => array( 'Accept' => 'application/json' ),
			)
		);
		if ( is_wp_error( $answer ) ) {
			return self::problem(
				'unreachable',
				/* translators: %s: the server's address */
				sprintf( __( 'The server at %s can’t be reached.', 'otnet' ), $base ),
				__( 'Check that it is running and that its address under Settings → OTNet is correct.', 'otnet' ),
				$answer->get_error_message()
			);
		}
		$told = json_decode( wp_remote_retrieve_body( $answer ), true );
		return self::read( $base, (int) wp_remote_retrieve_response_code( $answer ), $told );
	}

	/**
	 * What an answer says.
	 *
	 * @param string $base   The server.
	 * @param int    $status HTTP status.
	 * @param mixed  $told   The body's JSON.
	 * @return array|WP_Error
	 */
	private static function read( $base, $status, $told ) {
		if ( 200 === $status && is_array( $told ) ) {
			return $told;
		}
		if ( 401 === $status ) {
			return self::problem(
				'private',
				__( 'The server requires sign-in to read its catalogue.', 'otnet' ),
				__( 'Make it public (otnet serve --public): only public titles can be embedded.', 'otnet' )
			);
		}
		if ( 404 === $status && isset( $told['code'] ) ) {
			return self::problem(
				'not_found',
				__( 'This title is not on the server.', 'otnet' ),
				__( 'It may have been unpublished, or it is only for signed-in viewers. Choose another one.', 'otnet' )
			);
		}
		if ( $status >= 500 || 429 === $status ) {
			return self::problem(
				'server_problem',
				/* translators: 1: the server's address, 2: HTTP status */
				sprintf( __( 'The server at %1$s has a problem (status %2$d).', 'otnet' ), $base, $status ),
				__( 'Try again in a minute. If the problem persists, see the server’s log.', 'otnet' )
			);
		}
		/* translators: %d: HTTP status */
		return self::stranger( $base, sprintf( __( 'status %d', 'otnet' ), $status ) );
	}

	/**
	 * Something answers, but it is no OTNet.
	 *
	 * @param string $base   The address.
	 * @param string $detail As a machine says it.
	 */
	public static function stranger( $base, $detail = '' ) {
		return self::problem(
			'no_otnet',
			/* translators: %s: the server's address */
			sprintf( __( 'There is no OTNet server at %s.', 'otnet' ), $base ),
			__( 'Another server responded at this address. Enter the address that opens your OTNet site in a browser.', 'otnet' ),
			$detail
		);
	}

	/**
	 * A problem in words. The status is 424: some proxies replace the body of a 502 by a page of their own.
	 *
	 * @param string $code   Stable.
	 * @param string $what   What happened.
	 * @param string $remedy What to do.
	 * @param string $detail As a machine says it.
	 */
	private static function problem( $code, $what, $remedy, $detail = '' ) {
		return new WP_Error(
			'otnet_' . $code,
			$what,
			array(
				'status' => 'not_found' === $code ? 404 : 424,
				'remedy' => $remedy,
				'detail' => $detail,
			)
		);
	}
}
