import type { FieldType } from '../types';
import { Column } from './column';
import { Nothing as Input } from '../Nothing';
import { Show } from './show';

export const image: FieldType = { Column, Input, Show };
