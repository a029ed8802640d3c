<?php
/**
 * The settings page's markup. `$all` are the settings.
 *
 * @package OTNet
 */

defined( 'ABSPATH' ) || exit;

$otnet_option = Otnet_Settings::OPTION;
?>
<div class="wrap otnet-settings">
	<h1>OTNet</h1>
	<div class="otnet-bars" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i><i></i></div>
	<p class="otnet-lead"><?php esc_html_e( 'Films, series and podcasts of your server, in your posts and pages.', 'otnet' ); ?></p>

	<form method="post" action="options.php" id="otnet-form"
		data-action="<?php echo esc_attr( Otnet_Admin::TEST ); ?>"
		data-nonce="<?php echo esc_attr( wp_create_nonce( Otnet_Admin::TEST ) ); ?>"
		data-url="<?php echo esc_url( admin_url( 'admin-ajax.php' ) ); ?>"
		data-away="<?php esc_attr_e( 'WordPress did not respond. Reload this page and try again.', 'otnet' ); ?>">
		<?php settings_fields( Otnet_Admin::PAGE ); ?>
		<table class="form-table" role="presentation">
			<tr>
				<th scope="row"><label for="otnet-server"><?php esc_html_e( 'Server', 'otnet' ); ?></label></th>
				<td>
					<input type="url" class="regular-text code" id="otnet-server" required
						name="<?php echo esc_attr( $otnet_option ); ?>[server]"
						value="<?php echo esc_attr( $all['server'] ); ?>"
						placeholder="https://tv.example.org" aria-describedby="otnet-server-help" spellcheck="false">
					<p class="description" id="otnet-server-help">
						<?php esc_html_e( 'The address at which your visitors reach the server.', 'otnet' ); ?>
					</p>
				</td>
			</tr>
			<tr>
				<th scope="row"><label for="otnet-internal"><?php esc_html_e( 'Address inside the network', 'otnet' ); ?></label></th>
				<td>
					<input type="url" class="regular-text code" id="otnet-internal"
						name="<?php echo esc_attr( $otnet_option ); ?>[internal]"
						value="<?php echo esc_attr( $all['internal'] ); ?>"
						placeholder="http://otnet:8096" aria-describedby="otnet-internal-help" spellcheck="false">
					<p class="description" id="otnet-internal-help">
						<?php esc_html_e( 'Only if WordPress reaches the server at another address than visitors do, for example between containers. Usually empty.', 'otnet' ); ?>
					</p>
				</td>
			</tr>
			<tr>
				<th scope="row"><?php esc_html_e( 'Connection', 'otnet' ); ?></th>
				<td>
					<button type="button" class="button" id="otnet-test"><?php esc_html_e( 'Test the connection', 'otnet' ); ?></button>
					<div id="otnet-result" role="status" data-waiting="<?php esc_attr_e( 'Contacting the server …', 'otnet' ); ?>"></div>
				</td>
			</tr>
			<tr>
				<th scope="row" id="otnet-skin-label"><?php esc_html_e( 'Player', 'otnet' ); ?></th>
				<td>
					<div class="otnet-skins" role="radiogroup" aria-labelledby="otnet-skin-label">
						<?php foreach ( Otnet_Admin::skins() as $otnet_skin => $otnet_words ) : ?>
							<label class="otnet-skin">
								<input type="radio" name="<?php echo esc_attr( $otnet_option ); ?>[skin]"
									value="<?php echo esc_attr( $otnet_skin ); ?>" <?php checked( $all['skin'], $otnet_skin ); ?>>
								<span class="otnet-shape otnet-shape--<?php echo esc_attr( $otnet_skin ); ?>" aria-hidden="true"></span>
								<span>
									<strong><?php echo esc_html( $otnet_words[0] ); ?></strong><br>
									<?php echo esc_html( $otnet_words[1] ); ?>
								</span>
							</label>
						<?php endforeach; ?>
					</div>
					<p class="description"><?php esc_html_e( 'The default for posts that do not choose another one.', 'otnet' ); ?></p>
				</td>
			</tr>
		</table>
		<?php submit_button(); ?>
	</form>

	<h2><?php esc_html_e( 'Put a title into a post', 'otnet' ); ?></h2>
	<dl class="otnet-ways">
		<dt><?php esc_html_e( 'The block', 'otnet' ); ?></dt>
		<dd><?php esc_html_e( 'Add the block “OTNet player”, type the beginning of a title, choose it.', 'otnet' ); ?></dd>
		<dt><?php esc_html_e( 'A link', 'otnet' ); ?></dt>
		<dd><?php esc_html_e( 'Paste the address of a title on a line of its own. It becomes a player.', 'otnet' ); ?>
			<code><?php echo esc_html( Otnet_Link::page( 'night-train' ) ); ?></code></dd>
		<dt><?php esc_html_e( 'The shortcode', 'otnet' ); ?></dt>
		<dd><?php esc_html_e( 'Where there is no block editor.', 'otnet' ); ?>
			<code>[otnet id="night-train" skin="video" start="1:30" autoplay="muted"]</code></dd>
	</dl>
</div>
