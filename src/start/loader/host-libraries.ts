/** Libraries that belong to a driver of the host: the runtime of the GPU's vendor mounts them when a container starts. */
const DRIVER =
  /^lib(?:cuda|cudadebugger|nvidia-[a-z0-9-]+|nvcuvid|nvoptix|nvcucompat|(?:GLX|EGL|GLESv1_CM|GLESv2|vdpau)_nvidia|dxcore|d3d12(?:core)?)\.so(?:\.[0-9.]+)?$/;

export function isFromHost(library: string): boolean {
  return DRIVER.test(library);
}
