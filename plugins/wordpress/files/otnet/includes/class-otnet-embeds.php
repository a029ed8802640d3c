<?php
/**
 * Links that embed by themselves: the server is an oEmbed provider that this site knows and trusts.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The provider, and leave for WordPress to ask it.
 */
final class Otnet_Embeds {

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_action( 'init', array( __CLASS__, 'register' ) );
		add_filter( 'oembed_dataparse', array( __CLASS__, 'responsive' ), 10, 3 );
		add_filter( 'embed_maybe_make_link', array( __CLASS__, 'without_answer' ), 10, 2 );
		add_filter( 'http_request_host_is_external', array( __CLASS__, 'may_ask' ), 10, 3 );
		add_filter( 'http_allowed_safe_ports', array( __CLASS__, 'ports' ), 10, 3 );
	}

	/**
	 * Titles' pages are described by the server.
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
		return Otnet_Settings::asked() . '/oembed';
	}

	/**
	 * The server describes a player of a fixed size; here it fits its place.
	 *
	 * @param string $html What WordPress made of it.
	 * @param object $data What the server told.
	 * @param string $url  The link.
	 */
	public static function responsive( $html, $data, $url ) {
		$link = Otnet_Link::read( $url );
		if ( null === $link || ! is_string( $html ) ) {
			return $html;
		}
		$told          = isset( $data->html ) ? html_entity_decode( (string) $data->html ) : '';
		$skin          = preg_match( '/[?&]skin=([a-z]+)/', $told, $found ) ? $found[1] : '';
		$link['skin']  = $skin;
		$link['title'] = isset( $data->title ) ? $data->title : '';
		return Otnet_Frame::html( $link );
	}

	/**
	 * WordPress remembers for a day that a link could not be asked about. The player needs no answer to stand there.
	 *
	 * @param string $output The link that WordPress would show.
	 * @param string $url    Its address.
	 */
	public static function without_answer( $output, $url ) {
		$link = Otnet_Link::read( $url );
		return null === $link ? $output : Otnet_Frame::html( $link );
	}

	/**
	 * WordPress asks oEmbed providers only at public addresses. This one was set by who may manage the site, and may stand
	 * in the same network; nothing else than its oEmbed endpoint is opened.
	 *
	 * @param bool   $external Whether the host may be asked.
	 * @param string $host     Its name.
	 * @param string $url      The address.
	 */
	public static function may_ask( $external, $host, $url ) {
		return $external || self::own( $url );
	}

	/**
	 * The same for the port that it listens at.
	 *
	 * @param array  $ports Those that may be asked.
	 * @param string $host  Its name.
	 * @param string $url   The address.
	 */
	public static function ports( $ports, $host, $url ) {
		$port = wp_parse_url( $url, PHP_URL_PORT );
		return $port && self::own( $url ) ? array_merge( $ports, array( $port ) ) : $ports;
	}

	/**
	 * Whether it is the server's oEmbed endpoint.
	 *
	 * @param string $url The address.
	 */
	private static function own( $url ) {
		return '' !== Otnet_Settings::asked() && 0 === strpos( $url, self::endpoint() . '?' );
	}
}
