<?php
/**
 * The player on a page: an iframe of the server's embed page, as wide as its container and with the aspect ratio of its skin.
 *
 * The size is an inline style, so that it is correct in every theme, in feeds and without a stylesheet.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The iframe.
 */
final class Otnet_Frame {

	// Width and height in pixels, and whether the aspect ratio or the height is fixed.
	const SKINS   = array(
		'video'    => array( 1280, 720, 'shape' ),
		'audio'    => array( 720, 140, 'height' ),
		'circular' => array( 360, 360, 'shape' ),
		'square'   => array( 480, 480, 'shape' ),
	);
	const ASPECTS = array( '16/9', '21/9', '4/3', '1/1', '4/5', '9/16' );
	// The values of authors, and those of the embed page.
	const AUTOPLAY = array(
		'muted' => 'muted',
		'true'  => 'true',
		'yes'   => 'true',
		'on'    => 'true',
		'1'     => 'true',
	);

	const ALLOW     = 'autoplay; fullscreen; picture-in-picture; encrypted-media';
	const MAX_WIDTH = 1920;

	/**
	 * Validates the options of a player; invalid values become the default.
	 *
	 * @param array $input { id, title, skin, aspect, width, autoplay, start, showTitle }.
	 */
	public static function options( array $input ) {
		$skin     = isset( $input['skin'] ) ? sanitize_key( $input['skin'] ) : '';
		$aspect   = isset( $input['aspect'] ) ? preg_replace( '#\s*[:/]\s*#', '/', (string) $input['aspect'] ) : '';
		$autoplay = isset( $input['autoplay'] ) ? strtolower( (string) $input['autoplay'] ) : '';
		return array(
			'id'       => Otnet_Link::id( isset( $input['id'] ) ? $input['id'] : '' ),
			'title'    => Otnet_Catalogue::text( isset( $input['title'] ) ? $input['title'] : '' ),
			'skin'     => isset( self::SKINS[ $skin ] ) ? $skin : Otnet_Settings::skin(),
			'aspect'   => in_array( $aspect, self::ASPECTS, true ) ? $aspect : self::ASPECTS[0],
			'width'    => min( self::MAX_WIDTH, isset( $input['width'] ) ? absint( $input['width'] ) : 0 ),
			'autoplay' => isset( self::AUTOPLAY[ $autoplay ] ) ? self::AUTOPLAY[ $autoplay ] : '',
			'start'    => Otnet_Link::seconds( isset( $input['start'] ) ? $input['start'] : 0 ),
		);
	}

	/**
	 * The element, escaped.
	 *
	 * @param array $input As for options().
	 * @param bool  $full  As wide as the container, instead of the skin's own width.
	 * @return string Empty without a title or a server.
	 */
	public static function html( array $input, $full = false ) {
		$o = self::options( $input );
		if ( '' === $o['id'] || '' === Otnet_Settings::server() ) {
			return '';
		}
		$title = '' !== $o['title'] ? $o['title'] : Otnet_Catalogue::name( $o['id'] );

		list( $width, $height, $keeps ) = self::SKINS[ $o['skin'] ];
		if ( 'video' === $o['skin'] ) {
			$aspect = array_map( 'intval', explode( '/', $o['aspect'] ) );
			$height = (int) round( $width * $aspect[1] / $aspect[0] );
		}
		return sprintf(
			'<iframe class="otnet-player otnet-player--%1$s" src="%2$s" title="%3$s" width="%4$d" height="%5$d" '
				. 'style="%6$s" allow="%7$s" referrerpolicy="strict-origin-when-cross-origin" loading="lazy" '
				. 'allowfullscreen></iframe>',
			esc_attr( $o['skin'] ),
			esc_url( self::address( $o ) ),
			/* translators: %s: a film's title */
			esc_attr( '' !== $title ? sprintf( __( 'Player: %s', 'otnet' ), $title ) : __( 'Player', 'otnet' ) ),
			$width,
			$height,
			esc_attr( self::style( $o, $width, $height, $keeps, $full ) ),
			esc_attr( self::ALLOW )
		);
	}

	/**
	 * The URL of the embed page with its options.
	 *
	 * @param array $o Validated options.
	 */
	private static function address( array $o ) {
		$query = array_filter(
			array(
				'skin'     => 'video' === $o['skin'] ? '' : $o['skin'],
				'start'    => $o['start'],
				'autoplay' => $o['autoplay'],
			)
		);
		$page  = Otnet_Settings::server() . '/embed/' . rawurlencode( $o['id'] );
		return $query ? $page . '?' . http_build_query( $query ) : $page;
	}

	/**
	 * The inline style. The video skin fills its column; the other skins have a width of their own.
	 *
	 * @param array  $o      Validated options.
	 * @param int    $width  In pixels.
	 * @param int    $height In pixels.
	 * @param string $keeps  `shape` or `height`.
	 * @param bool   $full   As wide as the container.
	 */
	private static function style( array $o, $width, $height, $keeps, $full ) {
		$max_width = $o['width'] ? $o['width'] : ( $full || 'video' === $o['skin'] ? 0 : $width );
		$shape     = 'shape' === $keeps ? "height:auto;aspect-ratio:$width/$height" : "height:{$height}px";
		$max_width = $max_width ? "{$max_width}px" : '100%';
		return "display:block;border:0;width:100%;max-width:$max_width;margin-inline:auto;$shape";
	}
}
