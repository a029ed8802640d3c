<?php
/**
 * Leaves nothing behind: the settings and what was kept of the catalogue, on every site of a network.
 *
 * @package OTNet
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Forgets all that this site kept.
 */
function otnet_forget_site() {
	global $wpdb;
	delete_option( 'otnet_settings' );
	$kept = array( '_transient_otnet_', '_transient_timeout_otnet_' );
	foreach ( $kept as $begin ) {
		$names = $wpdb->get_col( // phpcs:ignore -- there is no function that finds options by how their names begin.
			$wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $begin ) . '%' )
		);
		array_map( 'delete_option', $names );
	}
}

if ( is_multisite() ) {
	$otnet_sites = get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	);
	foreach ( $otnet_sites as $otnet_site ) {
		switch_to_blog( $otnet_site );
		otnet_forget_site();
		restore_current_blog();
	}
} else {
	otnet_forget_site();
}
