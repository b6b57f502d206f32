declare module 'virtual:texts/en' {
  const sentences: Record<string, string>;
  export default sentences;
}
declare module 'virtual:texts/es' {
  const sentences: Record<string, string>;
  export default sentences;
}
