-- Neovim, headless, with its own language client: it opens, waits for diagnostics,
-- hovers, edits, applies a code action, saves. Run as
--   nvim --headless --clean -u client.lua
-- with CANVASLINT, WORKSPACE, KEY_POLICY and DOMAIN in the environment.
local env = vim.env

local function fail(message)
  io.stderr:write(message .. "\n")
  vim.cmd("cquit 1")
end

local function until_(what, holds)
  if not vim.wait(60000, holds, 20) then
    fail("no " .. what)
  end
end

local function open(name)
  vim.cmd("edit " .. vim.fn.fnameescape(env.WORKSPACE .. "/" .. name))
  vim.lsp.buf_attach_client(0, CLIENT)
  return vim.api.nvim_get_current_buf()
end

-- found gives the diagnostics of a rule; "" is any.
local function found(buffer, rule)
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    local code = d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code)
    if rule == "" or code == rule then
      table.insert(list, d)
    end
  end
  return list
end

local function run()
  vim.o.hidden = true
  CLIENT = vim.lsp.start_client({ name = "canvaslint", cmd = { env.CANVASLINT, "lsp" }, root_dir = env.WORKSPACE,
    workspace_folders = { { uri = vim.uri_from_fname(env.WORKSPACE), name = "test" } } })

  local policy = open(env.KEY_POLICY)
  until_("diagnostic of the policy", function() return #found(policy, "key-open-to-everyone") == 1 end)

  local row = found(policy, "key-open-to-everyone")[1].lnum
  local line = vim.api.nvim_buf_get_lines(policy, row, row + 1, false)[1]
  local column = line:find("kms:Decrypt", 1, true)
  local answers = vim.lsp.buf_request_sync(policy, "textDocument/hover",
    { textDocument = { uri = vim.uri_from_bufnr(policy) }, position = { line = row, character = column } }, 60000)
  local hover = answers[CLIENT].result.contents.value
  if not vim.startswith(hover, "`kms:Decrypt`") then
    return fail("hover: " .. hover)
  end

  local changed = line:gsub('"Principal": "%*"', '"Principal": {"AWS": "arn:aws:iam::100000000000:root"}')
  vim.api.nvim_buf_set_lines(policy, row, row + 1, false, { changed })
  until_("clean policy", function() return #found(policy, "key-open-to-everyone") == 0 end)
  vim.cmd("write")

  local domain = open(env.DOMAIN)
  until_("diagnostics of the domain", function() return #found(domain, "") > 0 end)
  local d = vim.diagnostic.get(domain)[1]
  local range = { start = { line = d.lnum, character = d.col }, ["end"] = { line = d.end_lnum, character = d.end_col } }
  answers = vim.lsp.buf_request_sync(domain, "textDocument/codeAction",
    { textDocument = { uri = vim.uri_from_bufnr(domain) }, range = range, context = { diagnostics = {} } }, 60000)
  for _, action in ipairs(answers[CLIENT].result) do
    if action.title == "Fix all errors of this file" then
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(CLIENT).offset_encoding)
    end
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_buf_get_option(buffer, "modified") then
      vim.lsp.buf_attach_client(buffer, CLIENT)
    end
  end
  vim.cmd("wall")
  until_("clean domain", function() return #found(domain, "") == 0 end)
  io.stdout:write("fixed and saved\n")
  vim.cmd("quitall!")
end

vim.schedule(function()
  local ok, problem = xpcall(run, debug.traceback)
  if not ok then
    fail(problem)
  end
end)
