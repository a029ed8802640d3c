import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';
import { Show } from './show';

export const moment: FieldType = { Column, Input, Show };
