<?php
/**
 * The HTML of the block. `$attributes` are the block's.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

echo Otnet_Block::render( $attributes ); // phpcs:ignore -- escaped in Otnet_Block::render().
