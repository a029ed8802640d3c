/**
 * Addresses, times and shapes, as the editor needs them. Pure; PHP has the same for the visitor's page.
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

	/** Whether a text is an address at all. */
	function isLink( text ) {
		return /^https?:\/\/\S+$/i.test( String( text ).trim() );
	}

	/** { id, start } of a link to a title of the server; null for any other. */
	function read( server, text ) {
		var link = isLink( text ) ? url( text ) : null;
		var own = url( server );
		if ( ! link || ! own || link.host !== own.host ) {
			return null;
		}
		var before = own.pathname.replace( /\/$/, '' );
		var found = link.pathname.startsWith( before ) && PAGES.exec( link.pathname.slice( before.length ) );
		if ( ! found ) {
			return null;
		}
		var at = link.searchParams.get( 'start' ) || link.searchParams.get( 't' ) || '';
		return { id: decoded( found[ 1 ] ), start: seconds( at ) || 0 };
	}

	/** A part of an address as people read it; as it is when it can't be read. */
	function decoded( part ) {
		try {
			return decodeURIComponent( part );
		} catch ( e ) {
			return part;
		}
	}

	/** Seconds of `90`, `1:30`, `1:02:30` or `1m30s`, 0 of nothing; null when it is no time. */
	function seconds( text ) {
		var typed = String( text ).trim().toLowerCase();
		var found = CLOCK.exec( typed ) || UNITS.exec( typed );
		return found && [ 3600, 60, 1 ].reduce( function ( sum, unit, n ) {
			return sum + unit * Number( found[ n + 1 ] || 0 );
		}, 0 );
	}

	/** `1:30`, `1:02:30`. */
	function clock( all ) {
		var two = function ( n ) {
			return String( n ).padStart( 2, '0' );
		};
		var hours = Math.floor( all / 3600 );
		var minutes = Math.floor( all / 60 ) % 60;
		return ( hours ? hours + ':' + two( minutes ) : minutes ) + ':' + two( all % 60 );
	}

	/** A title's page on the server. */
	function page( server, id ) {
		return server + '/title/' + encodeURIComponent( id );
	}

	/** Where WordPress tells about a title. */
	function route( id ) {
		return '/otnet/v1/titles/' + encodeURIComponent( id );
	}

	/** The embed page of a title. In the editor nothing begins by itself. */
	function embed( server, attributes, skin ) {
		var query = new URLSearchParams();
		if ( skin !== 'video' ) {
			query.set( 'skin', skin );
		}
		if ( attributes.start ) {
			query.set( 'start', attributes.start );
		}
		var asked = query.toString();
		return server + '/embed/' + encodeURIComponent( attributes.id ) + ( asked ? '?' + asked : '' );
	}

	/** The style of a player: as wide as its place, in the shape of its skin. */
	function shape( skins, skin, attributes ) {
		var size = skins[ skin ];
		var full = attributes.align === 'wide' || attributes.align === 'full' || skin === 'video';
		var most = attributes.width || ( full ? 0 : size[ 0 ] );
		var style = { width: '100%', maxWidth: most ? most + 'px' : '100%', marginInline: 'auto' };
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
