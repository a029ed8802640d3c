/**
 * The block before a title is chosen: search as you type in the catalogue, or a pasted link.
 *
 * The arrow keys move between the results, Escape returns to the field, and the number of results is announced.
 */
( function ( wp, links, about ) {
	'use strict';

	var el = wp.element.createElement;
	var useEffect = wp.element.useEffect;
	var useRef = wp.element.useRef;
	var useState = wp.element.useState;
	var __ = wp.i18n.__;
	var _n = wp.i18n._n;
	var sprintf = wp.i18n.sprintf;
	var TYPING_MS = 200;

	/** Requests the titles for a search text or a link. */
	function fetchTitles( text, signal ) {
		var link = links.read( about.server, text );
		if ( link ) {
			return wp.apiFetch( { path: links.route( link.id ), signal: signal } ).then( function ( title ) {
				return [ Object.assign( {}, title, { start: link.start } ) ];
			} );
		}
		if ( links.isLink( text ) ) {
			return Promise.reject( {
				message: __( 'This link does not lead to a title on your server.', 'otnet' ),
				/* translators: %s: the server's address */
				data: { remedy: sprintf( __( 'Links begin with %s/title/ or /watch/.', 'otnet' ), about.server ) },
			} );
		}
		var path = wp.url.addQueryArgs( '/otnet/v1/search', { q: text } );
		return wp.apiFetch( { path: path, signal: signal } ).then( function ( page ) {
			return page.items;
		} );
	}

	/** The titles for a text: { state: 'loading' | 'ready' | 'failed', items, error, text }. */
	function useTitles( text, attempt ) {
		var titles = useState( { state: 'loading', items: [], text: '' } );
		var set = titles[ 1 ];
		useEffect( function () {
			var stop = new AbortController();
			set( function ( before ) {
				return Object.assign( {}, before, { state: 'loading' } );
			} );
			var timer = setTimeout( function () {
				fetchTitles( text.trim(), stop.signal ).then( function ( items ) {
					set( { state: 'ready', items: items, text: text.trim() } );
					wp.a11y.speak( countMessage( items.length ) );
				} ).catch( function ( error ) {
					if ( ! stop.signal.aborted ) {
						set( { state: 'failed', items: [], error: error, text: text.trim() } );
					}
				} );
			}, text ? TYPING_MS : 0 );
			return function () {
				clearTimeout( timer );
				stop.abort();
			};
		}, [ text, attempt ] );
		return titles[ 0 ];
	}

	function countMessage( count ) {
		if ( ! count ) {
			return __( 'Nothing found.', 'otnet' );
		}
		/* translators: %d: number of titles */
		return sprintf( _n( '%d title found.', '%d titles found.', count, 'otnet' ), count );
	}

	/** Arrow keys between the cards. A native listener, because the editor's would handle the keys first. */
	function useArrows( box ) {
		useEffect( function () {
			var node = box.current;
			function move( event ) {
				var cards = Array.from( node.querySelectorAll( '.otnet-card' ) );
				var at = cards.indexOf( event.target );
				var row = cards.filter( function ( card ) {
					return cards.length && card.offsetTop === cards[ 0 ].offsetTop;
				} ).length;
				var forward = node.ownerDocument.dir === 'rtl' ? -1 : 1;
				var down = at < 0 ? 1 : row;
				var steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: down, ArrowUp: -row };
				var step = steps[ event.key ];
				var field = node.querySelector( 'input' );
				if ( at < 0 && event.key !== 'ArrowDown' ) {
					return;
				}
				if ( event.key === 'Escape' ) {
					field.focus();
				} else if ( step ) {
					( at + step < 0 ? field : cards[ at + step ] || event.target ).focus();
				} else {
					return;
				}
				event.preventDefault();
				event.stopPropagation();
			}
			node.addEventListener( 'keydown', move );
			return function () {
				node.removeEventListener( 'keydown', move );
			};
		}, [] );
	}

	function facts( item ) {
		var parts = [ item.subtitle || item.year, item.duration ? links.clock( item.duration ) : '' ].filter( Boolean );
		if ( ! item.playable ) {
			parts.push( __( 'not ready yet', 'otnet' ) );
		}
		return parts.join( ' · ' );
	}

	function Card( props ) {
		var item = props.item;
		var picture = item.image
			? el( 'img', { src: item.image.src, alt: '', loading: 'lazy', className: 'is-' + item.image.shape } )
			: el( 'span', { className: 'otnet-card__letter' }, Array.from( item.title )[ 0 ] );
		return el( 'li', null,
			el( 'button', { type: 'button', className: 'otnet-card', onClick: props.onPick },
				el( 'span', { className: 'otnet-card__picture', 'aria-hidden': true }, picture ),
				el( 'span', { className: 'otnet-card__title' }, item.title ),
				el( 'span', { className: 'otnet-card__facts' }, facts( item ) )
			)
		);
	}

	/** An error with its remedy and a button to retry. */
	function Problem( props ) {
		var error = props.error || {};
		var more = error.data || {};
		var message = error.message || __( 'WordPress did not respond.', 'otnet' );
		var settings = { variant: 'link', href: about.settings, target: '_blank' };
		var again = { variant: 'secondary', onClick: props.onRetry };
		return el( 'div', { className: 'otnet-problem', role: 'alert' },
			el( 'p', null, el( 'strong', null, message ), ' ', more.remedy || '' ),
			more.detail ? el( 'p', { className: 'otnet-problem__detail' }, more.detail ) : null,
			el( 'p', null,
				el( wp.components.Button, again, __( 'Try again', 'otnet' ) ),
				about.settings ? el( wp.components.Button, settings, __( 'OTNet settings', 'otnet' ) ) : null
			)
		);
	}

	function emptyMessage( text ) {
		if ( ! text ) {
			return sprintf(
				/* translators: %s: the server's name */
				__( 'The catalogue of %s is empty. Publish a title in its studio, and it appears here.', 'otnet' ),
				about.name
			);
		}
		/* translators: %s: what was searched for */
		return sprintf( __( 'Nothing found for “%s”. Try the first letters of a word in the title.', 'otnet' ), text );
	}

	function Search( props ) {
		var text = useState( '' );
		var attempt = useState( 0 );
		var box = useRef();
		var titles = useTitles( text[ 0 ], attempt[ 0 ] );
		var loading = titles.state === 'loading';
		var none = ! titles.items.length;
		var word = { className: 'otnet-search__word' };
		var list = { className: 'otnet-cards', 'aria-label': __( 'Titles', 'otnet' ), 'aria-busy': loading };
		useArrows( box );
		return el( 'div', { className: 'otnet-search', ref: box },
			el( wp.components.SearchControl, {
				label: __( 'Search for a title or paste a link', 'otnet' ),
				placeholder: __( 'Search for a title or paste a link', 'otnet' ),
				value: text[ 0 ],
				onChange: text[ 1 ],
				__nextHasNoMarginBottom: true,
			} ),
			titles.state === 'failed' ? el( Problem, { error: titles.error, onRetry: function () {
				attempt[ 1 ]( attempt[ 0 ] + 1 );
			} } ) : null,
			loading && none ? el( 'p', word, el( wp.components.Spinner ), __( 'Contacting the server …', 'otnet' ) ) : null,
			titles.state === 'ready' && none ? el( 'p', word, emptyMessage( titles.text ) ) : null,
			titles.items.length ? el( 'ul', list,
				titles.items.map( function ( item ) {
					return el( Card, { key: item.id, item: item, onPick: function () {
						props.onPick( item );
					} } );
				} )
			) : null
		);
	}

	window.otnetSearch = { Search: Search, Problem: Problem };
} )( window.wp, window.otnetLinks, window.otnet || {} );
