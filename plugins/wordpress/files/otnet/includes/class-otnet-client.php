<?php
/**
 * The HTTP client of the server's API. Responses are cached for a short time, and so are failures, so that a server that
 * does not respond delays at most one page view a minute.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * GET requests for JSON, and error messages.
 */
final class Otnet_Client {

	const FAILURE_S         = 60;
	const VISITOR_TIMEOUT_S = 2;
	const EDITOR_TIMEOUT_S  = 8;
	const MAX_BYTES         = 2 * MB_IN_BYTES;

	/**
	 * A cached request. Cached failures apply to visitors only, so that “Try again” in the editor sends a request.
	 *
	 * @param string $path    Path below `/api/v1`.
	 * @param array  $query   Query parameters.
	 * @param int    $keep    Seconds for which the response is cached.
	 * @param bool   $visitor Whether a visitor waits for it.
	 * @return array|WP_Error
	 */
	public static function get( $path, array $query = array(), $keep = 60, $visitor = false ) {
		$base   = Otnet_Settings::internal_server();
		$key    = 'otnet_' . md5( $base . $path . '?' . http_build_query( $query ) );
		$cached = get_transient( $key );
		if ( is_array( $cached ) && isset( $cached['body'] ) ) {
			return $cached['body'];
		}
		if ( is_array( $cached ) && $visitor ) {
			return new WP_Error( 'otnet_unreachable' );
		}
		$body = self::ask( $base, $path, $query, $visitor ? self::VISITOR_TIMEOUT_S : self::EDITOR_TIMEOUT_S );
		if ( ! is_wp_error( $body ) ) {
			set_transient( $key, array( 'body' => $body ), $keep );
		} elseif ( $visitor ) {
			set_transient( $key, array( 'failed' => true ), self::FAILURE_S );
		}
		return $body;
	}

	/**
	 * A request without the cache. The address of the server may be private, in the same network as WordPress: it was set
	 * by a user who may manage this site.
	 *
	 * @param string $base  The server.
	 * @param string $path  Path below `/api/v1`.
	 * @param array  $query Query parameters.
	 * @param int    $wait  Timeout in seconds.
	 * @return array|WP_Error
	 */
	public static function ask( $base, $path, array $query = array(), $wait = self::EDITOR_TIMEOUT_S ) {
		if ( '' === $base ) {
			$remedy = __( 'Enter its address under Settings → OTNet.', 'otnet' );
			return self::problem( 'no_server', __( 'No server is configured.', 'otnet' ), $remedy );
		}
		$query_string = $query ? '?' . http_build_query( $query, '', '&', PHP_QUERY_RFC3986 ) : '';
		$url          = $base . '/api/v1' . $path . $query_string;
		$response     = wp_remote_get(
			$url,
			array(
				'timeout'             => $wait,
				'redirection'         => 2,
				'limit_response_size' => self::MAX_BYTES,
				'headers'             => array( 'Accept' => 'application/json' ),
			)
		);
		if ( is_wp_error( $response ) ) {
			return self::problem(
				'unreachable',
				/* translators: %s: the server's address */
				sprintf( __( 'The server at %s can’t be reached.', 'otnet' ), $base ),
				__( 'Check that it is running and that its address under Settings → OTNet is correct.', 'otnet' ),
				$response->get_error_message()
			);
		}
		$body = json_decode( wp_remote_retrieve_body( $response ), true );
		return self::read( $base, (int) wp_remote_retrieve_response_code( $response ), $body );
	}

	/**
	 * The result of a response.
	 *
	 * @param string $base   The server.
	 * @param int    $status HTTP status.
	 * @param mixed  $body   The decoded JSON body.
	 * @return array|WP_Error
	 */
	private static function read( $base, $status, $body ) {
		if ( 200 === $status && is_array( $body ) ) {
			return $body;
		}
		if ( 401 === $status ) {
			return self::problem(
				'private',
				__( 'The server requires sign-in to read its catalogue.', 'otnet' ),
				__( 'Make it public (otnet serve --public): only public titles can be embedded.', 'otnet' )
			);
		}
		if ( 404 === $status && isset( $body['code'] ) ) {
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
		return self::not_otnet( $base, sprintf( __( 'status %d', 'otnet' ), $status ) );
	}

	/**
	 * The error for a server that is not an OTNet server.
	 *
	 * @param string $base   The address.
	 * @param string $detail Technical detail.
	 */
	public static function not_otnet( $base, $detail = '' ) {
		return self::problem(
			'no_otnet',
			/* translators: %s: the server's address */
			sprintf( __( 'There is no OTNet server at %s.', 'otnet' ), $base ),
			__( 'Another server responded at this address. Enter the address that opens your OTNet site in a browser.', 'otnet' ),
			$detail
		);
	}

	/**
	 * An error. Its status is 424, because some proxies replace the body of a 502 response.
	 *
	 * @param string $code   Stable error code.
	 * @param string $message   What happened.
	 * @param string $remedy What to do.
	 * @param string $detail Technical detail.
	 */
	private static function problem( $code, $message, $remedy, $detail = '' ) {
		return new WP_Error(
			'otnet_' . $code,
			$message,
			array(
				'status' => 'not_found' === $code ? 404 : 424,
				'remedy' => $remedy,
				'detail' => $detail,
			)
		);
	}
}
