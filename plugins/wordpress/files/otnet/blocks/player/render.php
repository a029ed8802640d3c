<?php
/**
 * The block on the visitor's page. `$attributes` are the block's.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

echo Otnet_Block::render( $attributes ); // phpcs:ignore -- escaped where it is made.
