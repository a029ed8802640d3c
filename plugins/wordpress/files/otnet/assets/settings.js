/**
 * The button “Test the connection”: asks about the addresses in the form, saved or not, and says what was seen.
 */
( function () {
	'use strict';

	var form = document.getElementById( 'otnet-form' );
	var button = document.getElementById( 'otnet-test' );
	var result = document.getElementById( 'otnet-result' );

	function show( state, told ) {
		result.className = 'otnet-result otnet-result--' + state;
		result.replaceChildren();
		[ [ 'strong', told.message ], [ 'span', told.remedy ], [ 'code', told.detail ] ].forEach( function ( part ) {
			if ( part[ 1 ] ) {
				var node = document.createElement( part[ 0 ] );
				node.textContent = part[ 1 ];
				result.append( node, ' ' );
			}
		} );
	}

	button.addEventListener( 'click', function () {
		var sent = new URLSearchParams( {
			action: form.dataset.action,
			_ajax_nonce: form.dataset.nonce,
			server: document.getElementById( 'otnet-server' ).value,
			internal: document.getElementById( 'otnet-internal' ).value,
		} );
		button.disabled = true;
		show( 'waits', { message: result.dataset.waiting } );
		fetch( form.dataset.url, { method: 'POST', body: sent, credentials: 'same-origin' } ).then( function ( answer ) {
			return answer.json();
		} ).then( function ( told ) {
			show( told.success ? 'good' : 'bad', told.data );
		} ).catch( function () {
			show( 'bad', { message: form.dataset.away } );
		} ).finally( function () {
			button.disabled = false;
		} );
	} );
} )();
