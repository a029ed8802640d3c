// One row of a shelf: its name and the tiles that are on stage.
import Blits from '@lightningjs/blits';
import Tile from './Tile';

export default Blits.Component('Line', {
  components: { Tile },
  template: `
    <Element :alpha.transition="{value: $fade, duration: 160, easing: 'ease-out'}">
      <Text x="96" y="8" :content="$title" font="FigtreeStrong" :size="$$look.size.large" :color="$$look.text" />
      <Element x="96" :y="$head">
        <Element :x.transition="{value: $shift, duration: $glide, easing: 'ease-out'}">
          <Tile
            :for="tile in $tiles" key="$tile.slot" :x="$tile.x" :w="$tile.w" :h="$tile.h" :picture="$tile.src"
            :radius="$tile.radius" :words="$tile.words" :letters="$tile.size" :middle="$tile.middle" :name="$tile.name"
            :note="$tile.note" :progress="$tile.progress" :badge="$tile.badge" :focused="$tile.focused"
          />
        </Element>
      </Element>
    </Element>
  `,
  props: ['title', 'head', 'shift', 'glide', 'fade', 'tiles'],
});
