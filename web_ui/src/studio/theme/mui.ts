/** MUI themes generated from tokens.json. */
import { createTheme, type Theme as MuiTheme } from '@mui/material/styles';
import tokens from '../../../tokens.json';
import type { Theme } from './mode';

const px = (n: number) => `${n / 16}rem`;

function createMuiTheme(name: Theme): MuiTheme {
  const c = tokens.color[name];
  const [xs, sm, md] = tokens.type.size as [number, number, number];
  const { control, card, dialog } = tokens.radius;
  const focus = { outline: `2px solid ${c.accent}`, outlineOffset: 2 };
  return createTheme({
    palette: {
      mode: name === 'ink' ? 'dark' : 'light',
      primary: { main: c.accent, contrastText: c['on-accent'] },
      error: { main: c.danger },
      warning: { main: c.waiting },
      success: { main: c.ready },
      background: { default: c.bg, paper: c.panel },
      text: { primary: c.text, secondary: c.muted },
      divider: c.line,
    },
    shape: { borderRadius: control },
    spacing: 4,
    shadows: Array(25).fill('none') as MuiTheme['shadows'],
    typography: {
      fontFamily: tokens.type.family.text,
      fontSize: sm,
      fontWeightRegular: tokens.type.weight.normal,
      fontWeightBold: tokens.type.weight.strong,
      body1: { fontSize: px(sm) },
      body2: { fontSize: px(sm) },
      button: { textTransform: 'none', fontSize: px(sm), letterSpacing: 0 },
    },
    components: {
      MuiButtonBase: { defaultProps: { disableRipple: true }, styleOverrides: { root: { '&:focus-visible': focus } } },
      MuiPaper: {
        defaultProps: { elevation: 0 },
        styleOverrides: { root: { backgroundImage: 'none', border: `1px solid ${c.line}` } },
      },
      MuiDialog: { styleOverrides: { paper: { borderRadius: dialog, margin: 16, width: 'calc(100% - 32px)' } } },
      MuiBackdrop: {
        styleOverrides: {
          root: { backgroundColor: 'rgb(5 6 9 / 56%)' },
          invisible: { backgroundColor: 'transparent' },
        },
      },
      MuiDrawer: { styleOverrides: { paper: { border: 0, backgroundColor: c.panel } } },
      MuiMenu: { styleOverrides: { paper: { borderRadius: card, marginTop: 4, minWidth: 200 }, list: { padding: 6 } } },
      MuiPopover: { styleOverrides: { paper: { borderRadius: card, marginTop: 4 } } },
      MuiMenuItem: {
        styleOverrides: {
          root: {
            minHeight: 34,
            borderRadius: control,
            padding: '6px 10px',
            gap: 10,
            fontSize: px(sm),
            '&:hover, &.Mui-focusVisible': { backgroundColor: c.raised },
            '&.Mui-focusVisible': focus,
            '&.Mui-selected, &.Mui-selected:hover': { backgroundColor: c.raised },
          },
        },
      },
      MuiTooltip: {
        defaultProps: { enterDelay: 400, disableInteractive: false },
        styleOverrides: {
          tooltip: {
            backgroundColor: tokens.color.ink.raised,
            color: tokens.color.ink.text,
            border: `1px solid ${tokens.color.ink.line}`,
            borderRadius: control,
            fontSize: px(xs),
            padding: '5px 9px',
            fontWeight: 420,
          },
        },
      },
      MuiTabs: { styleOverrides: { root: { minHeight: 36 }, indicator: { height: 2, backgroundColor: c.accent } } },
      MuiTab: {
        styleOverrides: {
          root: {
            minHeight: 36,
            minWidth: 0,
            padding: '0 2px',
            marginRight: 20,
            fontSize: px(sm),
            fontWeight: tokens.type.weight.normal,
            color: c.muted,
            '&.Mui-selected': { color: c.text, fontWeight: tokens.type.weight.strong },
            '&:hover': { color: c.text },
          },
        },
      },
      MuiAutocomplete: {
        styleOverrides: {
          paper: { borderRadius: card, marginTop: 4, fontSize: px(sm) },
          listbox: { padding: 6 },
          option: {
            borderRadius: control,
            minHeight: '34px !important',
            padding: '6px 10px !important',
            '&.Mui-focused': { backgroundColor: `${c.raised} !important` },
            '&[aria-selected=true]': { backgroundColor: `${c.raised} !important` },
          },
          noOptions: { fontSize: px(sm), color: c.muted, padding: '10px 16px' },
          loading: { fontSize: px(sm), color: c.muted, padding: '10px 16px' },
        },
      },
      MuiSnackbarContent: {
        styleOverrides: {
          root: {
            backgroundColor: tokens.color.ink.raised,
            color: tokens.color.ink.text,
            borderRadius: card,
            borderColor: tokens.color.ink.line,
            fontSize: px(sm),
            fontWeight: 420,
          },
        },
      },
      MuiSvgIcon: { defaultProps: { fontSize: 'small' } },
      MuiTypography: { defaultProps: { fontSize: px(md) } },
    },
  });
}

export const muiThemes: Record<Theme, MuiTheme> = { ink: createMuiTheme('ink'), paper: createMuiTheme('paper') };
