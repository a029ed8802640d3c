import type { FieldType } from '../types';
import { Column } from './column';
import { Input } from './input';
import { Show } from './show';

export const choices: FieldType = { Column, Input, Show, wide: true };
