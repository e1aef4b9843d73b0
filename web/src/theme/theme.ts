import { createTheme, InputWrapper, Modal, Popover, Tooltip, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Deep water: the one accent, for what can be pressed and what is chosen. Never for a status. */
const brand: MantineColorsTuple = [
  "#e7f6f8", "#d2ebef", "#a6d7df", "#77c2cf", "#51b0c1", "#3aa4b8", "#1f8196", "#136b7d", "#0d5866", "#06414d",
];

/** Cool greys for the dark scheme; 7 is the page, 6 a panel, 4 a hairline. */
const dark: MantineColorsTuple = [
  "#d8e0e3", "#aebabf", "#93a1a8", "#63727a", "#2b363c", "#20292e", "#161d21", "#0e1417", "#0a0f12", "#06090b",
];

/** Warm-neutral greys for the light scheme; 0 is the page, 3 a hairline, 6 quiet text. */
const gray: MantineColorsTuple = [
  "#f5f6f4", "#eceeeb", "#e2e5e1", "#d5d9d5", "#b9c0bc", "#8b9590", "#5b6661", "#434d49", "#2a3330", "#161d1b",
];

export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 7, dark: 6 },
  colors: { brand, dark, gray },
  autoContrast: true,
  luminanceThreshold: 0.32,
  black: "#141b1e",
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.5", lg: "1.5", xl: "1.4" },
  spacing: { xs: "0.375rem", sm: "0.625rem", md: "1rem", lg: "1.5rem", xl: "2.25rem" },
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: {
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.25" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.3" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.35" },
    },
  },
  components: {
    // Inputs stay in line with each other however long their explanations are.
    InputWrapper: InputWrapper.extend({ defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } } }),
    // Its header element would count as a second banner of the page.
    Modal: Modal.extend({ defaultProps: { centered: true, radius: "lg", overlayProps: { backgroundOpacity: 0.5, blur: 2 }, attributes: { header: { role: "presentation" } } },
      styles: {
        content: { background: "var(--panel)" },
        header: { background: "var(--panel)" },
        title: { fontSize: "1rem", fontWeight: 620 },
      },
    }),
    Popover: Popover.extend({ defaultProps: { radius: "md", shadow: "md" } }),
  },
});

export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f5f6f4",
    "--mantine-color-text": "#17201e",
    "--mantine-color-dimmed": "#57625d",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-placeholder": "#6b7671",
  },
  dark: {
    "--mantine-color-body": "#0e1417",
    "--mantine-color-text": "#d8e0e3",
    "--mantine-color-dimmed": "#93a1a8",
    "--mantine-color-error": "#ff8f85",
    "--mantine-color-placeholder": "#7d8b92",
    "--mantine-color-anchor": "#77c2cf",
  },
});
