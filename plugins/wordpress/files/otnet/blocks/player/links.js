/**
 * URLs, times and sizes for the editor. Pure; the PHP classes do the same for the visitor's page.
 */
( function () {
	'use strict';

	var CLOCK = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d+)?$/;
	var UNITS = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/;
	var PAGES = /^\/(?:title|watch|embed)\/([^/]+)\/?$/;

	function url( text ) {
		try {
			return new URL( String( text ).trim() );
		} catch ( e ) {
			return null;
		}
	}

	/** Whether a text is a URL. */
	function isLink( text ) {
		return /^https?:\/\/\S+$/i.test( String( text ).trim() );
	}

	/** { id, start } of a link to a title of the server; null for other links. */
	function read( server, text ) {
		var link = isLink( text ) ? url( text ) : null;
		var own = url( server );
		if ( ! link || ! own || link.host !== own.host ) {
			return null;
		}
		var before = own.pathname.replace( /\/$/, '' );
		var match = link.pathname.startsWith( before ) && PAGES.exec( link.pathname.slice( before.length ) );
		if ( ! match ) {
			return null;
		}
		var at = link.searchParams.get( 'start' ) || link.searchParams.get( 't' ) || '';
		return { id: decoded( match[ 1 ] ), start: seconds( at ) || 0 };
	}

	/** A decoded part of a URL; unchanged when it is malformed. */
	function decoded( part ) {
		try {
			return decodeURIComponent( part );
		} catch ( e ) {
			return part;
		}
	}

	/** Seconds of `90`, `1:30`, `1:02:30` or `1m30s`, 0 for an empty text; null when it is not valid. */
	function seconds( text ) {
		var typed = String( text ).trim().toLowerCase();
		var match = CLOCK.exec( typed ) || UNITS.exec( typed );
		return match && [ 3600, 60, 1 ].reduce( function ( sum, unit, n ) {
			return sum + unit * Number( match[ n + 1 ] || 0 );
		}, 0 );
	}

	/** Seconds as `1:30` or `1:02:30`. */
	function clock( total ) {
		var two = function ( n ) {
			return String( n ).padStart( 2, '0' );
		};
		var hours = Math.floor( total / 3600 );
		var minutes = Math.floor( total / 60 ) % 60;
		return ( hours ? hours + ':' + two( minutes ) : minutes ) + ':' + two( total % 60 );
	}

	/** The URL of a title's page. */
	function page( server, id ) {
		return server + '/title/' + encodeURIComponent( id );
	}

	/** The REST path of a title. */
	function route( id ) {
		return '/otnet/v1/titles/' + encodeURIComponent( id );
	}

	/** The URL of a title's embed page, without autoplay, for the editor. */
	function embed( server, attributes, skin ) {
		var query = new URLSearchParams();
		if ( skin !== 'video' ) {
			query.set( 'skin', skin );
		}
		if ( attributes.start ) {
			query.set( 'start', attributes.start );
		}
		var queryString = query.toString();
		return server + '/embed/' + encodeURIComponent( attributes.id ) + ( queryString ? '?' + queryString : '' );
	}

	/** The style of a player: as wide as its container, with the aspect ratio of its skin. */
	function shape( skins, skin, attributes ) {
		var size = skins[ skin ];
		var full = attributes.align === 'wide' || attributes.align === 'full' || skin === 'video';
		var maxWidth = attributes.width || ( full ? 0 : size[ 0 ] );
		var style = { width: '100%', maxWidth: maxWidth ? maxWidth + 'px' : '100%', marginInline: 'auto' };
		if ( size[ 2 ] === 'height' ) {
			style.height = size[ 1 ] + 'px';
		} else {
			style.aspectRatio = skin === 'video' ? attributes.aspect : size[ 0 ] + '/' + size[ 1 ];
		}
		return style;
	}

	window.otnetLinks = {
		isLink: isLink,
		read: read,
		seconds: seconds,
		clock: clock,
		page: page,
		route: route,
		embed: embed,
		shape: shape,
	};
} )();
