export const Brand = () => (
  <div class="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3">
      <path d="M9 14V11a7 7 0 0 1 14 0v3M6 14h20v13H6zM11 20.500l3.500 3.500L21 17.500" />
    </svg>
    Sealwarden
  </div>
);
