<?php
/**
 * The catalogue for the editor: titles that can be embedded, each with one picture.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * Search, the newest titles, one title.
 */
final class Otnet_Catalogue {

	const MAX_TITLES    = 24;
	const PICTURE_WIDTH = 320;

	/**
	 * Titles that match a search; without a text, the newest titles.
	 *
	 * @param string $text The search text.
	 * @return array|WP_Error
	 */
	public static function search( $text ) {
		if ( '' === $text ) {
			$home = Otnet_Client::get( '/site/home' );
			return is_wp_error( $home ) ? $home : self::newest( $home );
		}
		$page = Otnet_Client::get( '/site/search', array( 'q' => $text ) );
		return is_wp_error( $page ) ? $page : self::items( isset( $page['items'] ) ? $page['items'] : array() );
	}

	/**
	 * One title.
	 *
	 * @param string $id      Id or slug.
	 * @param bool   $visitor Whether a visitor waits for it.
	 * @return array|WP_Error
	 */
	public static function title( $id, $visitor = false ) {
		$page = Otnet_Client::get( '/site/titles/' . rawurlencode( $id ), array(), 5 * MINUTE_IN_SECONDS, $visitor );
		return is_wp_error( $page ) ? $page : self::item( $page );
	}

	/**
	 * The name of a title, or an empty string when the server does not respond in time. Visitors wait for this.
	 *
	 * @param string $id Id or slug.
	 */
	public static function name( $id ) {
		$title = self::title( $id, true );
		return is_wp_error( $title ) ? '' : $title['title'];
	}

	/**
	 * The titles of a home page, newest first, without duplicates.
	 *
	 * @param array $home The server's home page.
	 */
	public static function newest( array $home ) {
		$rows = isset( $home['rows'] ) && is_array( $home['rows'] ) ? $home['rows'] : array();
		usort(
			$rows,
			static function ( $a, $b ) {
				return ( 'new' === ( $b['kind'] ?? '' ) ) <=> ( 'new' === ( $a['kind'] ?? '' ) );
			}
		);
		return self::items( array_merge( array(), ...array_map( 'array_values', array_column( $rows, 'items' ) ) ) );
	}

	/**
	 * The cards that can be embedded.
	 *
	 * @param array $cards The server's cards.
	 */
	private static function items( array $cards ) {
		$items = array();
		foreach ( $cards as $card ) {
			if ( is_array( $card ) && isset( $card['id'], $card['title'] ) && 'series' !== ( $card['type'] ?? '' ) ) {
				$items[ $card['id'] ] = self::item( $card );
			}
		}
		return array_slice( array_values( $items ), 0, self::MAX_TITLES );
	}

	/**
	 * A card for the editor.
	 *
	 * @param array $card The server's card.
	 */
	private static function item( array $card ) {
		return array(
			'id'       => Otnet_Link::id( $card['id'] ?? '' ),
			'title'    => self::text( $card['title'] ?? '' ),
			'subtitle' => self::text( $card['subtitle'] ?? '' ),
			'kind'     => sanitize_key( $card['kind'] ?? '' ),
			'year'     => isset( $card['year'] ) ? (int) $card['year'] : null,
			'duration' => isset( $card['duration_s'] ) ? (int) round( $card['duration_s'] ) : null,
			'playable' => ! empty( $card['playable'] ),
			'state'    => sanitize_key( $card['state'] ?? '' ),
			'image'    => self::image( isset( $card['images'] ) && is_array( $card['images'] ) ? $card['images'] : array() ),
		);
	}

	/**
	 * Text on one line. Markup is not removed: it is escaped on output.
	 *
	 * @param mixed $value Anything.
	 */
	public static function text( $value ) {
		$text = is_scalar( $value ) ? wp_check_invalid_utf8( (string) $value, true ) : '';
		return trim( preg_replace( '/[\x00-\x20\x7f]+/', ' ', substr( $text, 0, 2000 ) ) );
	}

	/**
	 * The picture of a card: the widest shape available, in the width of a card on a high-density screen.
	 *
	 * @param array $images By shape.
	 */
	private static function image( array $images ) {
		foreach ( array( 'still', 'backdrop', 'poster', 'square' ) as $shape ) {
			if ( ! empty( $images[ $shape ]['base'] ) && ! empty( $images[ $shape ]['widths'] ) ) {
				$picture = $images[ $shape ];
				$wide    = array_filter(
					array_map( 'intval', (array) $picture['widths'] ),
					static function ( $width ) {
						return $width >= self::PICTURE_WIDTH;
					}
				);
				$width   = $wide ? min( $wide ) : max( array_map( 'intval', (array) $picture['widths'] ) );
				return array(
					'src'   => esc_url_raw( self::absolute( $picture['base'] ) . '/' . $width . '.webp' ),
					'shape' => $shape,
				);
			}
		}
		return null;
	}

	/**
	 * An absolute URL for the browser.
	 *
	 * @param string $path A path on the server, or a URL.
	 */
	private static function absolute( $path ) {
		return preg_match( '#^https?://#', $path ) ? $path : Otnet_Settings::server() . '/' . ltrim( $path, '/' );
	}
}
