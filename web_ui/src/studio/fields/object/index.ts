import type { FieldType } from '../types';
import { Column } from './column';
import { Nothing as Input } from '../Nothing';
import { Show } from './show';

export const object: FieldType = { Column, Input, Show, wide: true };
