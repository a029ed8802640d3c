<?php
/**
 * What the editor's script needs.
 *
 * @package OTNet
 */

return array(
	'dependencies' => array( 'otnet-links', 'otnet-search', 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element', 'wp-i18n' ),
	'version'      => OTNET_VERSION,
);
