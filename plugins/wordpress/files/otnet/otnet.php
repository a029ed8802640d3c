<?php
/**
 * Plugin Name:       OTNet
 * Description:       Embeds films, series and podcasts of your OTNet server in posts and pages: a block with search and preview, a shortcode, and automatic embeds of links.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            OTNet
 * License:           GPLv2 or later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       otnet
 * Domain Path:       /languages
 *
 * A title is named by its id or slug and played by a page of the server in an iframe (class-otnet-frame.php). The block,
 * the shortcode and pasted links choose the title and the options. WordPress requests the catalogue, not the browser, so
 * that editors need no access to the server.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

define( 'OTNET_VERSION', '1.0.0' );
define( 'OTNET_FILE', __FILE__ );
define( 'OTNET_DIR', plugin_dir_path( __FILE__ ) );

$otnet_parts = array( 'settings', 'link', 'client', 'catalogue', 'frame', 'block', 'shortcode', 'embeds', 'rest', 'admin' );
foreach ( $otnet_parts as $otnet_part ) {
	require_once OTNET_DIR . 'includes/class-otnet-' . $otnet_part . '.php';
}

add_action(
	'init',
	static function () {
		load_plugin_textdomain( 'otnet', false, dirname( plugin_basename( OTNET_FILE ) ) . '/languages' );
	},
	1
);

Otnet_Block::hook();
Otnet_Shortcode::hook();
Otnet_Embeds::hook();
Otnet_Rest::hook();

if ( is_admin() ) {
	Otnet_Admin::hook();
}
