export { list as empty, alert as error, wifiOff as offline, lock as forbidden, search as missing } from './icons'
