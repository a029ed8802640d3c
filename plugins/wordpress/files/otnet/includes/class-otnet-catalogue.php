<?php
/**
 * The catalogue as the editor needs it: titles that can be put into a post, each with one picture.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * Search, the newest titles, one title.
 */
final class Otnet_Catalogue {

	const MOST    = 24;
	const PICTURE = 320;

	/**
	 * Titles whose words begin as asked; without a word the newest.
	 *
	 * @param string $asked Words.
	 * @return array|WP_Error
	 */
	public static function search( $asked ) {
		if ( '' === $asked ) {
			$home = Otnet_Client::get( '/site/home' );
			return is_wp_error( $home ) ? $home : self::newest( $home );
		}
		$found = Otnet_Client::get( '/site/search', array( 'q' => $asked ) );
		return is_wp_error( $found ) ? $found : self::items( isset( $found['items'] ) ? $found['items'] : array() );
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
	 * What a title is called; nothing when the server does not say so within a moment. Visitors wait for this.
	 *
	 * @param string $id Id or slug.
	 */
	public static function name( $id ) {
		$title = self::title( $id, true );
		return is_wp_error( $title ) ? '' : $title['title'];
	}

	/**
	 * Titles of a home page, the newest first, each once.
	 *
	 * @param array $home As the server tells it.
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
	 * Cards that can be put into a post.
	 *
	 * @param array $cards As the server tells them.
	 */
	private static function items( array $cards ) {
		$items = array();
		foreach ( $cards as $card ) {
			if ( is_array( $card ) && isset( $card['id'], $card['title'] ) && 'series' !== ( $card['type'] ?? '' ) ) {
				$items[ $card['id'] ] = self::item( $card );
			}
		}
		return array_slice( array_values( $items ), 0, self::MOST );
	}

	/**
	 * A card as the editor needs it.
	 *
	 * @param array $card As the server tells it.
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
	 * Words on one line. What looks like markup is left as it is: it is escaped where it is shown.
	 *
	 * @param mixed $value Anything.
	 */
	public static function text( $value ) {
		$text = is_scalar( $value ) ? wp_check_invalid_utf8( (string) $value, true ) : '';
		return trim( preg_replace( '/[\x00-\x20\x7f]+/', ' ', substr( $text, 0, 2000 ) ) );
	}

	/**
	 * The picture of a card: the widest shape there is, as wide as a card is on a sharp screen.
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
						return $width >= self::PICTURE;
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
	 * An address as the browser reaches it.
	 *
	 * @param string $path A path of the server, or a whole address.
	 */
	private static function absolute( $path ) {
		return preg_match( '#^https?://#', $path ) ? $path : Otnet_Settings::server() . '/' . ltrim( $path, '/' );
	}
}
