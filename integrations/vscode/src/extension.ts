// The extension finds the canvaslint program and starts its language server.
import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { download, installed, inPath } from './download';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand('canvaslint.restart', () => restart(context)),
    vscode.commands.registerCommand('canvaslint.download', async () => {
      if (await fetchRelease(context)) {
        await restart(context);
      }
    }),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('canvaslint.path')) {
        void restart(context);
      }
    }),
  );
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(context: vscode.ExtensionContext): Promise<void> {
  await deactivate();
  await start(context);
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const command = await program(context);
  if (!command) {
    return;
  }
  const server: ServerOptions = { command, args: ['lsp'] };
  const options: LanguageClientOptions = {
    documentSelector: ['json', 'jsonc', 'yaml', 'plaintext'].map(language => ({ scheme: 'file', language })),
    initializationOptions: { inlayHints: settings().get<boolean>('inlayHints') },
    synchronize: { configurationSection: 'canvaslint' },
    middleware: {
      // The answer is a command for a terminal: the server shows it, and the clipboard is ours.
      executeCommand: async (command, args, next) => {
        const answer: unknown = await next(command, args);
        if (command === 'canvaslint.settle' && typeof answer === 'string') {
          await vscode.env.clipboard.writeText(answer);
        }
        return answer;
      },
    },
  };
  client = new LanguageClient('canvaslint', 'canvaslint', server, options);
  try {
    await client.start();
  } catch (problem) {
    void vscode.window.showErrorMessage(`canvaslint: ${command} lsp does not start: ${String(problem)}`);
  }
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('canvaslint');
}

// program gives the path of canvaslint: that of the settings, the one in PATH, the one
// that was downloaded, or one that the user agrees to download now.
async function program(context: vscode.ExtensionContext): Promise<string | undefined> {
  const found = settings().get<string>('path') || (await inPath(process.env)) || (await installed(context.globalStorageUri.fsPath));
  if (found) {
    return found;
  }
  const answer = await vscode.window.showInformationMessage('canvaslint is not in PATH. Download its release from GitHub?', 'Download', 'Settings');
  if (answer === 'Settings') {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'canvaslint.path');
  }
  return answer === 'Download' ? fetchRelease(context) : undefined;
}

async function fetchRelease(context: vscode.ExtensionContext): Promise<string | undefined> {
  const title = 'canvaslint: downloading the language server';
  try {
    return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      download({ folder: context.globalStorageUri.fsPath, version: settings().get<string>('version') ?? '' }),
    );
  } catch (problem) {
    void vscode.window.showErrorMessage(`canvaslint: ${problem instanceof Error ? problem.message : String(problem)}`);
    return undefined;
  }
}
