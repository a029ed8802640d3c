/**
 * The block “OTNet player”: a search, then the player itself with its options, and what other blocks become it.
 */
( function ( wp, links, search, about ) {
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
	var icon = el( 'svg', { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round', className: 'otnet-icon', style: { fill: 'none' }, 'aria-hidden': true, focusable: false },
		el( 'path', { d: 'M15.033 9.44a.647.647 0 0 1 0 1.12l-4.065 2.352a.645.645 0 0 1-.968-.56V7.648a.645.645 0 0 1 .967-.56z' } ),
		el( 'path', { d: 'M7 21h10' } ),
		el( 'rect', { width: 20, height: 14, x: 2, y: 3, rx: 2 } )
	);

	var names = {
		video: __( 'Video', 'otnet' ),
		audio: __( 'Audio', 'otnet' ),
		circular: __( 'Circular', 'otnet' ),
		square: __( 'Square', 'otnet' ),
	};

	function skinOf( attributes ) {
		return about.skins[ attributes.skin ] ? attributes.skin : about.skin;
	}

	/** The player. While the block is not selected a click selects it instead of playing. */
	function Preview( props ) {
		var attributes = props.attributes;
		var skin = skinOf( attributes );
		var src = links.embed( about.server, attributes, skin );
		var shown = useState( '' );
		return el( 'div', { className: 'otnet-preview otnet-preview--' + skin, style: links.shape( about.skins, skin, attributes ) },
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

	/** Sees that the title is there, and keeps what it is called. */
	function useTitle( attributes, setAttributes, attempt ) {
		var problem = useState( null );
		useEffect( function () {
			var gone = false;
			wp.apiFetch( { path: '/otnet/v1/titles/' + encodeURIComponent( attributes.id ) } ).then( function ( title ) {
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

	/** A time that may be typed as 90 or 1:30; kept as seconds. */
	function Start( props ) {
		var text = useState( props.value ? links.clock( props.value ) : '' );
		var bad = links.seconds( text[ 0 ] ) === null;
		return el( ui.TextControl, {
			label: __( 'Begin at', 'otnet' ),
			placeholder: '0:00',
			value: text[ 0 ],
			help: bad ? __( 'This is no time. Write seconds (90) or minutes and seconds (1:30).', 'otnet' ) : __( 'Minutes and seconds, such as 1:30.', 'otnet' ),
			onChange: function ( value ) {
				text[ 1 ]( value );
				if ( links.seconds( value ) !== null ) {
					props.onChange( links.seconds( value ) );
				}
			},
		} );
	}

	function options( attributes, set ) {
		var skin = skinOf( attributes );
		/* translators: %s: name of a player */
		var own = { value: '', label: sprintf( __( 'As set for this site (%s)', 'otnet' ), names[ about.skin ] ) };
		var skins = Object.keys( about.skins ).map( function ( value ) {
			return { value: value, label: names[ value ] };
		} );
		var aspects = about.aspects.map( function ( value ) {
			return { value: value, label: value.replace( '/', ' : ' ) };
		} );
		return el( editor.InspectorControls, null,
			el( ui.PanelBody, { title: __( 'Player', 'otnet' ) },
				el( ui.SelectControl, { label: __( 'Kind', 'otnet' ), value: attributes.skin, options: [ own ].concat( skins ), onChange: set( 'skin' ) } ),
				el( Start, { key: attributes.id, value: attributes.start, onChange: set( 'start' ) } ),
				el( ui.SelectControl, {
					label: __( 'Play by itself', 'otnet' ),
					value: attributes.autoplay,
					options: [
						{ value: '', label: __( 'No', 'otnet' ) },
						{ value: 'muted', label: __( 'Yes, without sound', 'otnet' ) },
						{ value: 'true', label: __( 'Yes, with sound where the browser lets it', 'otnet' ) },
					],
					onChange: set( 'autoplay' ),
				} ),
				el( ui.ToggleControl, { label: __( 'Show the title below', 'otnet' ), checked: attributes.showTitle, onChange: set( 'showTitle' ) } )
			),
			el( ui.PanelBody, { title: __( 'Size', 'otnet' ) },
				skin === 'video' ? el( ui.SelectControl, { label: __( 'Shape', 'otnet' ), value: attributes.aspect, options: aspects, onChange: set( 'aspect' ) } ) : null,
				el( ui.TextControl, {
					label: __( 'Largest width', 'otnet' ),
					type: 'number',
					min: 0,
					max: about.widest,
					step: 10,
					value: attributes.width || '',
					placeholder: skin === 'video' ? __( 'as wide as the text', 'otnet' ) : String( about.skins[ skin ][ 0 ] ),
					help: __( 'In pixels. Empty: as the player suggests.', 'otnet' ),
					onChange: function ( value ) {
						set( 'width' )( Math.min( about.widest, Math.max( 0, parseInt( value, 10 ) || 0 ) ) );
					},
				} )
			)
		);
	}

	function Chosen( props ) {
		var attributes = props.attributes;
		var attempt = useState( 0 );
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
				el( ui.ToolbarButton, { href: about.server + '/title/' + encodeURIComponent( attributes.id ), target: '_blank' }, __( 'Open its page', 'otnet' ) )
			),
			options( attributes, set ),
			problem ? el( search.Problem, { error: problem, onRetry: function () {
				attempt[ 1 ]( attempt[ 0 ] + 1 );
			} } ) : null,
			el( Preview, props ),
			attributes.showTitle ? el( 'figcaption', { className: 'wp-element-caption' }, attributes.title ) : null
		);
	}

	/** What is kept of a title. A podcast is heard, unless somebody has chosen otherwise. */
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
				} }, __( 'Keep the present one', 'otnet' ) ) : null
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
						return create( 'core/embed', { url: about.server + '/title/' + encodeURIComponent( attributes.id ), providerNameSlug: 'otnet', responsive: true } );
					},
				},
			],
		},
	} );
} )( window.wp, window.otnetLinks, window.otnetSearch, window.otnet || { skins: {} } );
