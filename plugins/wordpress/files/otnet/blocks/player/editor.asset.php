<?php
/**
 * What the editor's script needs.
 *
 * @package OTNet
 */

return array(
	'dependencies' => array( 'otnet-search', 'otnet-inspector', 'wp-api-fetch', 'wp-blocks' ),
	'version'      => OTNET_VERSION,
);
