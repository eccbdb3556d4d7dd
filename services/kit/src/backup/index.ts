/** Backups of the stores of auth and list: written by whoever owns the store, saved, read and restored by the command. */
export { askForBackup, BACKUP_DOOR_FILE, createBackupDoor } from './backup-door.ts';
export type { BackupManifest } from './backup-format.ts';
export { openBackup, type Backup } from './read-backup.ts';
export { restoreBackup, type RestoredMark, type RestoreInit, type RestoreReport } from './restore-backup.ts';
export { saveBackup } from './save-backup.ts';
export { writeBackup, type BackupSource } from './write-backup.ts';
