<?php
/**
 * The shortcode: `[otnet id="night-train"]`, `[otnet url="https://tv.example.org/title/night-train" skin="audio"]`.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

/**
 * The shortcode's output.
 */
final class Otnet_Shortcode {

	/**
	 * Hooks into WordPress.
	 */
	public static function hook() {
		add_shortcode( 'otnet', array( __CLASS__, 'render' ) );
	}

	/**
	 * The player, or a word to those who can mend the post.
	 *
	 * @param array|string $given What the author wrote.
	 */
	public static function render( $given ) {
		$asked = shortcode_atts(
			array(
				'id'       => '',
				'url'      => '',
				'skin'     => '',
				'start'    => '',
				'autoplay' => '',
				'aspect'   => '',
				'width'    => '',
				'title'    => '',
				'caption'  => '',
			),
			is_array( $given ) ? $given : array(),
			'otnet'
		);
		if ( '' === $asked['id'] && '' !== $asked['url'] ) {
			$link = Otnet_Link::read( $asked['url'] );
			if ( null === $link ) {
				/* translators: %s: the server's address */
				$what = __( 'This link does not lead to a title on your server. Links begin with %s/title/ or /watch/.', 'otnet' );
				return self::complaint( sprintf( $what, Otnet_Settings::server() ) );
			}
			$asked['id']    = $link['id'];
			$asked['start'] = '' !== $asked['start'] ? $asked['start'] : $link['start'];
		}
		if ( '' === Otnet_Link::id( $asked['id'] ) ) {
			return self::complaint( __( 'The title is missing. Write [otnet id="…"] or [otnet url="…"].', 'otnet' ) );
		}
		if ( '' === Otnet_Settings::server() ) {
			return self::complaint( __( 'No server is configured. Enter its address under Settings → OTNet.', 'otnet' ) );
		}
		$asked['showTitle'] = in_array( strtolower( $asked['caption'] ), array( '1', 'true', 'yes', 'on' ), true );
		return '<figure class="otnet-figure">' . Otnet_Frame::html( $asked ) . Otnet_Block::caption( $asked ) . '</figure>';
	}

	/**
	 * Visitors see nothing of an author's slip.
	 *
	 * @param string $what In plain words.
	 */
	private static function complaint( $what ) {
		if ( ! current_user_can( 'edit_posts' ) ) {
			return '';
		}
		/* translators: %s: what is wrong with a shortcode */
		$told = sprintf( __( 'OTNet player (visible to editors only): %s', 'otnet' ), $what );
		return '<p class="otnet-complaint" role="note">' . esc_html( $told ) . '</p>';
	}
}
