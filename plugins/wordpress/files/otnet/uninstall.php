<?php
/**
 * Deletes the settings and the cached responses, on every site of a network.
 *
 * @package OTNet
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Deletes the data of the current site.
 */
function otnet_delete_site_data() {
	global $wpdb;
	delete_option( 'otnet_settings' );
	$prefixes = array( '_transient_otnet_', '_transient_timeout_otnet_' );
	foreach ( $prefixes as $prefix ) {
		$names = $wpdb->get_col( // phpcs:ignore -- there is no function that finds options by a prefix.
			$wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . '%' )
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
		otnet_delete_site_data();
		restore_current_blog();
	}
} else {
	otnet_delete_site_data();
}
