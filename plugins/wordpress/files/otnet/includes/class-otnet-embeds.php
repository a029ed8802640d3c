<?php
/**
 * Automatic embeds of links: registers the server as an oEmbed provider.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The oEmbed provider, and the permission for WordPress to request it.
 */
final class Otnet_Embeds {

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_action( 'init', array( __CLASS__, 'register' ) );
		add_filter( 'oembed_dataparse', array( __CLASS__, 'responsive' ), 10, 3 );
		add_filter( 'embed_maybe_make_link', array( __CLASS__, 'without_response' ), 10, 2 );
		add_filter( 'http_request_host_is_external', array( __CLASS__, 'allow_host' ), 10, 3 );
		add_filter( 'http_allowed_safe_ports', array( __CLASS__, 'ports' ), 10, 3 );
	}

	/**
	 * Registers the title pages of the server.
	 */
	public static function register() {
		$server = Otnet_Settings::server();
		if ( '' === $server ) {
			return;
		}
		foreach ( array( 'title', 'watch' ) as $page ) {
			wp_oembed_add_provider( "$server/$page/*", self::endpoint() );
		}
	}

	/**
	 * The server's oEmbed endpoint.
	 */
	private static function endpoint() {
		return Otnet_Settings::internal_server() . '/oembed';
	}

	/**
	 * Replaces the server's player of a fixed size by a responsive one.
	 *
	 * @param string $html WordPress's HTML.
	 * @param object $data The oEmbed response.
	 * @param string $url  The link.
	 */
	public static function responsive( $html, $data, $url ) {
		$link = Otnet_Link::read( $url );
		if ( null === $link || ! is_string( $html ) ) {
			return $html;
		}
		$embed         = isset( $data->html ) ? html_entity_decode( (string) $data->html ) : '';
		$skin          = preg_match( '/[?&]skin=([a-z]+)/', $embed, $match ) ? $match[1] : '';
		$link['skin']  = $skin;
		$link['title'] = isset( $data->title ) ? $data->title : '';
		return Otnet_Frame::html( $link );
	}

	/**
	 * WordPress caches a failed oEmbed request for a day. The player does not need the response.
	 *
	 * @param string $output WordPress's link.
	 * @param string $url    Its address.
	 */
	public static function without_response( $output, $url ) {
		$link = Otnet_Link::read( $url );
		return null === $link ? $output : Otnet_Frame::html( $link );
	}

	/**
	 * WordPress only requests oEmbed providers at public addresses. The server's address was set by a user who may manage
	 * the site, and may be in the same network; only its oEmbed endpoint is allowed.
	 *
	 * @param bool   $external Whether the host may be requested.
	 * @param string $host     Its name.
	 * @param string $url      The address.
	 */
	public static function allow_host( $external, $host, $url ) {
		return $external || self::own( $url );
	}

	/**
	 * Allows the port of the oEmbed endpoint.
	 *
	 * @param array  $ports The allowed ports.
	 * @param string $host  Its name.
	 * @param string $url   The address.
	 */
	public static function ports( $ports, $host, $url ) {
		$port = wp_parse_url( $url, PHP_URL_PORT );
		return $port && self::own( $url ) ? array_merge( $ports, array( $port ) ) : $ports;
	}

	/**
	 * Whether a URL is the server's oEmbed endpoint.
	 *
	 * @param string $url The address.
	 */
	private static function own( $url ) {
		return '' !== Otnet_Settings::internal_server() && 0 === strpos( $url, self::endpoint() . '?' );
	}
}
