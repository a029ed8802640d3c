// One row of a shelf: its title and the visible tiles.
import Blits from '@lightningjs/blits';
import Tile from './Tile';

export default Blits.Component('ShelfRow', {
  components: { Tile },
  template: `
    <Element :alpha.transition="{value: $rowAlpha, duration: 160, easing: 'ease-out'}">
      <Text x="96" y="8" :content="$title" font="FigtreeStrong" :size="$$theme.size.large" :color="$$theme.text" />
      <Element x="96" :y="$head">
        <Element :x.transition="{value: $scrollX, duration: $scrollMs, easing: 'ease-out'}">
          <Tile
            :for="tile in $tiles" key="$tile.slot" :x="$tile.x" :w="$tile.w" :h="$tile.h" :picture="$tile.src"
            :radius="$tile.radius" :placeholder="$tile.placeholder" :placeholderSize="$tile.placeholderSize"
            :placeholderCentred="$tile.centred" :name="$tile.name"
            :note="$tile.note" :progress="$tile.progress" :badge="$tile.badge" :focused="$tile.focused"
          />
        </Element>
      </Element>
    </Element>
  `,
  props: ['title', 'head', 'scrollX', 'scrollMs', 'rowAlpha', 'tiles'],
});
