import { Input as Text } from '../text/input';
import type { Entered } from '../types';

export const Input = (entered: Entered) => <Text {...entered} mono />;
