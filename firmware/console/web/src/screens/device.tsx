export { Device as default } from './devices.tsx';
