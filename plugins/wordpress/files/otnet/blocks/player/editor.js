/**
 * The block “OTNet player”: a search, then a preview with its options, and transforms from other blocks.
 */
( function ( wp, links, search, inspector, about ) {
	'use strict';

	var el = wp.element.createElement;
	var Fragment = wp.element.Fragment;
	var useEffect = wp.element.useEffect;
	var useState = wp.element.useState;
	var editor = wp.blockEditor;
	var ui = wp.components;
	var create = wp.blocks.createBlock;
	var __ = wp.i18n.__;
	var sprintf = wp.i18n.sprintf;

	// Lucide “tv-minimal-play” (ISC license).
	var drawn = {
		viewBox: '0 0 24 24',
		stroke: 'currentColor',
		strokeWidth: 2,
		strokeLinecap: 'round',
		strokeLinejoin: 'round',
		style: { fill: 'none' }, // The editor fills its icons.
		'aria-hidden': true,
		focusable: false,
	};
	var play = 'M15.033 9.44a.647.647 0 0 1 0 1.12l-4.065 2.352a.645.645 0 0 1-.968-.56V7.648a.645.645 0 0 1 .967-.56z';
	var icon = el( 'svg', drawn,
		el( 'path', { d: play } ),
		el( 'path', { d: 'M7 21h10' } ),
		el( 'rect', { width: 20, height: 14, x: 2, y: 3, rx: 2 } )
	);

	/** The player. A click selects the block first, and plays only when the block is selected. */
	function Preview( props ) {
		var attributes = props.attributes;
		var skin = inspector.skinOf( attributes );
		var src = links.embed( about.server, attributes, skin );
		var shown = useState( '' );
		var style = links.shape( about.skins, skin, attributes );
		return el( 'div', { className: 'otnet-preview otnet-preview--' + skin, style: style },
			el( 'iframe', {
				key: src,
				src: src,
				/* translators: %s: a film's title */
				title: sprintf( __( 'Player: %s', 'otnet' ), attributes.title || attributes.id ),
				allow: about.allow,
				referrerPolicy: 'strict-origin-when-cross-origin',
				onLoad: function () {
					shown[ 1 ]( src );
				},
			} ),
			shown[ 0 ] === src ? null : el( 'div', { className: 'otnet-preview__waits' }, el( ui.Spinner ) ),
			props.isSelected ? null : el( 'div', { className: 'otnet-preview__cover' } )
		);
	}

	/** Checks that the title exists, and stores its name. */
	function useTitle( attributes, setAttributes, attempt ) {
		var problem = useState( null );
		useEffect( function () {
			var gone = false;
			wp.apiFetch( { path: links.route( attributes.id ) } ).then( function ( title ) {
				if ( ! gone ) {
					problem[ 1 ]( null );
					if ( title.title !== attributes.title ) {
						setAttributes( { title: title.title } );
					}
				}
			} ).catch( function ( error ) {
				if ( ! gone ) {
					problem[ 1 ]( error );
				}
			} );
			return function () {
				gone = true;
			};
		}, [ attributes.id, attempt ] );
		return problem[ 0 ];
	}

	function Chosen( props ) {
		var attributes = props.attributes;
		var attempt = useState( 0 );
		var page = links.page( about.server, attributes.id );
		var problem = useTitle( attributes, props.setAttributes, attempt[ 0 ] );
		var set = function ( name ) {
			return function ( value ) {
				var change = {};
				change[ name ] = value;
				props.setAttributes( change );
			};
		};
		return el( Fragment, null,
			el( editor.BlockControls, { group: 'other' },
				el( ui.ToolbarButton, { onClick: props.onReplace }, __( 'Replace', 'otnet' ) ),
				el( ui.ToolbarButton, { href: page, target: '_blank' }, __( 'Open its page', 'otnet' ) )
			),
			inspector.options( attributes, set ),
			problem ? el( search.Problem, { error: problem, onRetry: function () {
				attempt[ 1 ]( attempt[ 0 ] + 1 );
			} } ) : null,
			el( Preview, props ),
			attributes.showTitle ? el( 'figcaption', { className: 'wp-element-caption' }, attributes.title ) : null
		);
	}

	/** The attributes for a title. Podcasts use the audio skin unless another one was chosen. */
	function picked( item, skin ) {
		var heard = item.kind === 'podcast_episode' && ! skin && about.skin === 'video';
		return { id: item.id, title: item.title, start: item.start || 0, skin: heard ? 'audio' : skin };
	}

	function Edit( props ) {
		var replacing = useState( false );
		var has = Boolean( props.attributes.id );
		var block = editor.useBlockProps();
		if ( has && ! replacing[ 0 ] ) {
			return el( 'figure', block, el( Chosen, Object.assign( {}, props, { onReplace: function () {
				replacing[ 1 ]( true );
			} } ) ) );
		}
		return el( 'div', block,
			el( ui.Placeholder, {
				icon: icon,
				label: __( 'OTNet player', 'otnet' ),
				/* translators: %s: the server's name */
				instructions: sprintf( __( 'Choose a title from %s.', 'otnet' ), about.name || about.server ),
				className: 'otnet-placeholder',
			},
				el( search.Search, { onPick: function ( item ) {
					props.setAttributes( picked( item, props.attributes.skin ) );
					replacing[ 1 ]( false );
				} } ),
				has ? el( ui.Button, { variant: 'tertiary', onClick: function () {
					replacing[ 1 ]( false );
				} }, __( 'Keep the current title', 'otnet' ) ) : null
			)
		);
	}

	function fromLink( text ) {
		return create( 'otnet/player', links.read( about.server, text ) || {} );
	}

	wp.blocks.registerBlockType( 'otnet/player', {
		icon: icon,
		edit: Edit,
		save: function () {
			return null;
		},
		__experimentalLabel: function ( attributes ) {
			return attributes.title;
		},
		transforms: {
			from: [
				{
					type: 'raw',
					priority: 5, // Before the core's own embed, which takes any link.
					isMatch: function ( node ) {
						return node.nodeName === 'P' && links.read( about.server, node.textContent ) !== null;
					},
					transform: function ( node ) {
						return fromLink( node.textContent );
					},
				},
				{
					type: 'block',
					blocks: [ 'core/embed' ],
					isMatch: function ( attributes ) {
						return links.read( about.server, attributes.url ) !== null;
					},
					transform: function ( attributes ) {
						return fromLink( attributes.url );
					},
				},
			],
			to: [
				{
					type: 'block',
					blocks: [ 'core/embed' ],
					isMatch: function ( attributes ) {
						return Boolean( attributes.id );
					},
					transform: function ( attributes ) {
						var url = links.page( about.server, attributes.id );
						return create( 'core/embed', { url: url, providerNameSlug: 'otnet', responsive: true } );
					},
				},
			],
		},
	} );
} )( window.wp, window.otnetLinks, window.otnetSearch, window.otnetInspector, window.otnet || { skins: {} } );
