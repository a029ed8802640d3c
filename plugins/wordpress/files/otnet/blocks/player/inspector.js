/**
 * The options of the player, in the sidebar of the editor.
 */
( function ( wp, links, about ) {
	'use strict';

	var el = wp.element.createElement;
	var useState = wp.element.useState;
	var editor = wp.blockEditor;
	var ui = wp.components;
	var __ = wp.i18n.__;
	var sprintf = wp.i18n.sprintf;

	var names = {
		video: __( 'Video', 'otnet' ),
		audio: __( 'Audio', 'otnet' ),
		circular: __( 'Circular', 'otnet' ),
		square: __( 'Square', 'otnet' ),
	};

	/** The effective skin: the chosen one, or the default of the site. */
	function skinOf( attributes ) {
		return about.skins[ attributes.skin ] ? attributes.skin : about.skin;
	}

	/** A time field that accepts 90 or 1:30; the value is in seconds. */
	function Start( props ) {
		var text = useState( props.value ? links.clock( props.value ) : '' );
		var help = links.seconds( text[ 0 ] ) === null
			? __( 'This is not a valid time. Use seconds (90) or minutes and seconds (1:30).', 'otnet' )
			: __( 'Minutes and seconds, such as 1:30.', 'otnet' );
		return el( ui.TextControl, {
			label: __( 'Start at', 'otnet' ),
			placeholder: '0:00',
			value: text[ 0 ],
			help: help,
			onChange: function ( value ) {
				text[ 1 ]( value );
				if ( links.seconds( value ) !== null ) {
					props.onChange( links.seconds( value ) );
				}
			},
		} );
	}

	function choose( label, value, options, onChange ) {
		return el( ui.SelectControl, { label: label, value: value, options: options, onChange: onChange } );
	}

	function Width( props ) {
		var own = String( about.skins[ props.skin ][ 0 ] );
		return el( ui.TextControl, {
			label: __( 'Maximum width', 'otnet' ),
			type: 'number',
			min: 0,
			max: about.widest,
			step: 10,
			value: props.value || '',
			placeholder: props.skin === 'video' ? __( 'as wide as the text', 'otnet' ) : own,
			help: __( 'In pixels. Empty: as the player suggests.', 'otnet' ),
			onChange: function ( value ) {
				props.onChange( Math.min( about.widest, Math.max( 0, parseInt( value, 10 ) || 0 ) ) );
			},
		} );
	}

	/** `set( name )` returns the function that stores an option. */
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
		var begins = [
			{ value: '', label: __( 'No', 'otnet' ) },
			{ value: 'muted', label: __( 'Yes, without sound', 'otnet' ) },
			{ value: 'true', label: __( 'Yes, with sound if the browser allows it', 'otnet' ) },
		];
		return el( editor.InspectorControls, null,
			el( ui.PanelBody, { title: __( 'Player', 'otnet' ) },
				choose( __( 'Kind', 'otnet' ), attributes.skin, [ own ].concat( skins ), set( 'skin' ) ),
				el( Start, { key: attributes.id, value: attributes.start, onChange: set( 'start' ) } ),
				choose( __( 'Autoplay', 'otnet' ), attributes.autoplay, begins, set( 'autoplay' ) ),
				el( ui.ToggleControl, {
					label: __( 'Show the title below', 'otnet' ),
					checked: attributes.showTitle,
					onChange: set( 'showTitle' ),
				} )
			),
			el( ui.PanelBody, { title: __( 'Size', 'otnet' ) },
				skin === 'video' ? choose( __( 'Shape', 'otnet' ), attributes.aspect, aspects, set( 'aspect' ) ) : null,
				el( Width, { skin: skin, value: attributes.width, onChange: set( 'width' ) } )
			)
		);
	}

	window.otnetInspector = { options: options, skinOf: skinOf };
} )( window.wp, window.otnetLinks, window.otnet || { skins: {} } );
