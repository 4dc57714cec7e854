//! `--help` in Japanese. The English words stand with the flags, in [`args`](super::args); what clap says itself can only
//! partly be replaced, so headings, usage and its own two flags are set here.

use clap::{Arg, ArgAction, Command};

use console::measure_text_width;

use crate::report::wrap;
use crate::words::Language;

/// The command line as it is shown in a language.
pub fn localized(command: Command, language: Language) -> Command {
    match language {
        Language::En => command,
        Language::Ja => in_japanese(command, "").after_help(AFTER_HELP),
    }
}

/// Help with its lines broken; clap would break them at spaces, and Japanese has none. What stands in a second column stays
/// there, or goes below the first where the screen is narrow.
pub fn wrapped(help: &str, width: usize) -> String {
    const BELOW: &str = "        ";
    help.lines().fold(String::new(), |page, line| {
        let text = line.trim_start();
        let (indent, columns) = (&line[..line.len() - text.len()], text.split_once("  "));
        let column = columns.map(|(first, second)| {
            let second = second.trim_start();
            (&line[..line.len() - second.len()], first, second)
        });
        page + &match column {
            Some((before, _, second)) if 2 * measure_text_width(before) < width => wrap::hanging(before, second, width),
            Some((_, first, second)) => wrap::hanging(indent, first, width) + &wrap::hanging(BELOW, second, width),
            None => wrap::hanging(indent, text, width),
        }
    })
}

fn in_japanese(command: Command, path: &str) -> Command {
    let takes_commands = command.has_subcommands();
    let takes_files = command.get_positionals().next().is_some();
    let behind = required_flags(&command) + &if takes_files { positionals(&command) } else { String::new() };
    let usage = usage(path, takes_commands, &behind);
    let command = command
        .about(about(path).unwrap_or_default())
        .disable_help_flag(true)
        .help_template("{about}\n\n使い方: {usage}\n\n{all-args}{after-help}\n")
        .override_usage(usage)
        .subcommand_help_heading("コマンド")
        .subcommand_value_name("コマンド")
        .mut_args(|argument| translated(argument, path))
        .arg(own_flag("help", 'h', ArgAction::Help, "この説明を表示する"));
    let command = if path.is_empty() {
        command.disable_version_flag(true).arg(own_flag("version", 'V', ArgAction::Version, "版を表示する"))
    } else {
        command
    };
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        in_japanese(sub, path.trim_start())
    })
}

fn own_flag(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name).short(short).long(name).action(action).help(help).help_heading("オプション")
}

fn translated(argument: Arg, path: &str) -> Arg {
    let heading = match argument.get_help_heading() {
        _ if argument.is_positional() => "引数",
        Some("Diagnosis") => "診断",
        Some("Everywhere") => "共通",
        _ => "オプション",
    };
    let help = help_of(path, argument.get_id().as_str()).unwrap_or_default();
    let argument = argument.help(help).help_heading(heading);
    let position = POSITIONS.iter().position(|id| argument.get_id() == *id);
    if let Some(position) = position { argument.display_order(position) } else { argument }
}

/// Arguments in the order in which they stand on the command line; with a heading of their own clap would sort them.
const POSITIONS: [&str; 5] = ["input", "kind", "path", "old", "new"];

fn usage(path: &str, takes_commands: bool, behind: &str) -> String {
    let mut usage = format!("shinrai {path}").trim_end().to_owned();
    usage.push_str(" [オプション]");
    if takes_commands {
        usage.push_str(if path.is_empty() { " [コマンド]" } else { " <コマンド>" });
    }
    usage + behind
}

fn required_flags(command: &Command) -> String {
    let required = command.get_opts().filter(|argument| argument.is_required_set());
    required.fold(String::new(), |usage, argument| {
        let value = argument.get_value_names().and_then(<[_]>::first).map_or("", |name| name.as_str());
        usage + &format!(" --{} <{value}>", argument.get_long().unwrap_or_default())
    })
}

fn positionals(command: &Command) -> String {
    let names = command.get_positionals().map(|argument| format!(" {argument}"));
    names.collect()
}

/// What is said first about a command.
fn about(path: &str) -> Option<&'static str> {
    Some(match path {
        "" => EXAMPLES,
        "diagnose" => "必要なことだけを尋ね、やることの一覧を表示する（`shinrai` だけのときと同じ）",
        "batch" => "大勢をまとめて診断する: 1行に1件（JSON か CSV）を読み、1行に1件の診断を書く",
        "explain" => "ルールや項目を言葉で説明する。答えを渡すと、当てはまる（当てはまらない）理由も示す",
        "questions" => "質問と選択肢の一覧（プログラムから使うとき）",
        "contacts" => "質問なしで、相談できるところを表示する",
        "rulebook" => "ルールブックを書く人のためのコマンド",
        "rulebook check" => "ルールブックの問題をすべて指摘する",
        "rulebook test" => "ルールブックの事例を試し、期待と違うところを示す",
        "rulebook diff" => "変更によって、だれの何が変わるかを、すべての答えについて示す",
        "rulebook new" => "説明つきの、書き始めるためのルールブックを作る",
        "rulebook add" => "項目を一つ、尋ねながら加える（ほかの所はそのまま残る）",
        "rulebook edit" => "ルールブックをエディターで書き換える（保存の前に確かめる）",
        "rulebook show" => "ルールブックを、土台も含めて一つの TOML として出力する",
        "rulebook doc" => "ルールブックを、内容を確かめる人が読める冊子にする",
        "rulebook graph" => "何が何につながるかを図にする",
        "rulebook schema" => "JSON Schema を出力する（このプログラムの入出力を扱うプログラムのために）",
        "completions" => "シェルの補完に必要なものを出力する",
        "man" => "マニュアルのページを出力する（`man ./shinrai.1` で読めます）",
        _ => return None,
    })
}

/// What is said about a flag or an argument of a command.
fn help_of(path: &str, id: &str) -> Option<&'static str> {
    Some(match (path, id) {
        (_, "answer") => {
            "答え: 質問=選択肢、いくつかなら 質問=選択肢,選択肢。「わからない」は 質問=?、「どれでもない」は 質問="
        }
        (_, "answers") => "TOML か JSON のファイルにある答え。- は標準入力",
        (_, "case") => "ルールブックの事例の答え（その事例の日付で）",
        (_, "no_input") => "何も尋ねない（標準入力か標準エラー出力が端末でないときは、いつもこの動き）",
        ("batch", "input") => {
            "1行に1件の JSON（例: {\"id\": \"1\", \"answers\": {\"event\": \"mistake\"}}）か、質問ごとに列のある CSV の表。- は標準入力"
        }
        ("batch", "from") => "入力の種類: jsonl か csv [既定: 名前の終わりか、書き出しから判断]",
        ("batch", "partial") => "答えのない質問があっても診断する",
        ("batch", "full") => "診断の全体を書く（1件のときの `--format json` と同じ）",
        ("batch", "summary") => "原因・妨げ・安全確認・最初にやることの件数だけを示す",
        ("batch", "fewest") => "集計に示す最も少ない件数。件数はこのきざみになる（3以上） [既定: 5]",
        ("batch", "out_dir") => "1件ずつの報告書を、新しい（または空の）フォルダーに作る",
        ("batch", "format") => {
            "報告書の形式（text、markdown、html、json、csv、ics）[既定: html]、または集計の形式（text、json）"
        }
        ("batch", "fail_fast") => "診断できないものがあれば、そこで止める",
        ("batch", "threads") => "同時に診断する数 [既定: プロセッサーの数]",
        (_, "partial") => "答えのない質問があっても、何も尋ねずに診断する",
        (_, "review") => "一覧の前に答えを見せて直せるようにし、済んだことに印を付けられるようにする",
        (_, "plain") => "矢印キーのメニューではなく、番号で尋ねる",
        ("" | "diagnose", "format") => {
            "形式: text、markdown、html、json、csv、ics [既定: --output の名前の終わりから、なければ text]"
        }
        ("rulebook doc", "format") => "形式: markdown か html [既定: --output の名前の終わりから、なければ markdown]",
        ("rulebook graph", "format") => "形式: text（木の形）か mermaid（フローチャート）",
        ("rulebook show" | "rulebook doc" | "rulebook graph", "path") => {
            "ルールブックのファイルかフォルダー、または `built-in` [既定: 使っているルールブック]"
        }
        ("rulebook add", "kind") => {
            "加えるもの: question（質問）、action（行動）、cause（原因）、obstacle（妨げ）、gate（安全確認）、note（添える言葉）、case（事例）"
        }
        ("rulebook add", "from") => "尋ねずに、TOML のファイル（- は標準入力）にある項目を加える",
        ("rulebook edit", "path") => "ファイル [既定: 使っているルールブック]",
        ("rulebook new", "path") => "作るファイル（例: `my-rules.toml`）",
        ("rulebook new", "standalone") => "標準のルールブックに重ねず、何もないところから作る",
        ("rulebook show", "id") => "この項目だけ（何度でも指定できます）",
        ("rulebook graph", "id") => "この項目に関わるものだけ（何度でも指定できます）",
        ("rulebook show", "origin") => "それぞれの項目がどこに書かれているかも示す",
        (_, "format") => "形式: text か json",
        (_, "redact") => "人に渡すための写し: 見せてよい行の、いつまでに何をするかだけ（渡す前に読んでください）",
        (_, "discreet") => "カレンダーの題名を、内容のわからないものにする（カレンダーは人に見られることがあります）",
        (_, "output") => "ファイルに書く（途中までのファイルは残さない）",
        (_, "save") => "答えを TOML のファイルに残す（--answers や --since で使えます）",
        (_, "save_case") => "答えと結果を、使っているルールブックの `[case]` として残す",
        (_, "done") => "済んだ行動の id（何度でも指定できます）",
        (_, "since") => "前の診断（JSON か、答えのファイル）と比べる。変わりうることだけを尋ねる",
        (_, "top") => "一覧を上から N 件だけ表示する",
        (_, "explain") => "それぞれの行の位置の理由と、当てはまらなかったことも示す",
        (_, "lang") => "言語: ja か en [既定: `$SHINRAI_LANG`、ロケール、en の順]",
        (_, "rulebook") => {
            "使うルールブック: ファイル、フォルダー、`built-in` [既定: `$SHINRAI_RULEBOOK`、built-in の順]"
        }
        (_, "root") => "`extends` で読んでよいフォルダー [既定: ルールブックのあるフォルダー]",
        (_, "today") => "期限を数え始める日（例: 2026-11-22） [既定: 今日]",
        (_, "width") => "一行の桁数 [既定: 端末の幅。最大100]",
        (_, "color") => "色: auto（自動）、always（いつも）、never（使わない）",
        ("explain", "ids") => {
            "`acknowledge` や `action.acknowledge` などの id、または `redundant` などの指摘の名前。なければ id の一覧"
        }
        ("rulebook check" | "rulebook test", "paths") | ("rulebook add", "path") => {
            "ルールブックのファイルかフォルダー [既定: 使っているルールブック]"
        }
        ("rulebook check", "strict") => "警告があるときも失敗とする",
        ("rulebook test", "coverage") => "どの事例も試していないことを、貼り付けられる事例とともに示す",
        ("rulebook test", "mutate") => "ルールを1つずつ弱め、どの事例も気づかないものを示す",
        ("rulebook diff", "old") => "元のルールブック: ファイル、フォルダー、`built-in`",
        ("rulebook diff", "new") => "新しいルールブック",
        ("rulebook diff", "renamed") => "名前を変えた項目（例: `action.tell=action.report`）",
        ("rulebook diff", "fail_on_change") => "だれかにとって何かが変わるときは、終了コードを1にする",
        ("rulebook schema", "what") => {
            "対象: diagnosis（`--format json` の出力）、line（`batch` の出力の1行）、answers（`--answers` で読む答え。使っているルールブックのもの）、rulebook（エディター用）"
        }
        ("completions", "shell") => "シェル: bash、zsh、fish、powershell、elvish",
        _ => return None,
    })
}

/// What `--help` says first.
const EXAMPLES: &str = "\
仕事で信頼を失ったときに、いくつかの質問に答えると、やることの一覧を表示します。何を先にするか、どうなれば済んだことになるか、なぜするのか、何をしてはいけないかがわかります。

例:
  shinrai                              質問に答えて、一覧を見る
  shinrai --lang en                    英語で
  shinrai contacts                     いますぐ、相談できるところを見る
  shinrai -o list.html                 一覧をファイルに残す（.html .md .csv .ics .json .txt）
  shinrai --case g01_missed_deadline   例を見る
  shinrai questions                    質問と選択肢の一覧（プログラムから使うとき）
  shinrai -a event=mistake --partial   わかっていることだけで診断する
  shinrai --answers case.json -f json  ファイルの答えを診断し、別のプログラムへ渡す
  shinrai batch survey.csv             大勢の答えをまとめて診断する";

/// What `--help` says below the flags.
const AFTER_HELP: &str = "\
終了コード:
  0  完了
  1  答えが「いいえ」（`rulebook check` の指摘、事例の失敗、`batch` の診断できない行、`diff --fail-on-change`）
  2  コマンドの書き方、または答えの誤りや不足
  3  ルールブックの誤り
  4  読み書きができない
  128 + シグナル  中断

環境変数: SHINRAI_LANG、SHINRAI_RULEBOOK、NO_COLOR、COLUMNS。
何も保存せず、どこにも送りません。これは法律・医療の助言ではありません。";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::whole_command;

    fn commands(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
        visit(command, path);
        for sub in command.get_subcommands() {
            commands(sub, format!("{path} {}", sub.get_name()).trim_start(), visit);
        }
    }

    #[test]
    fn every_command_and_flag_is_explained_in_japanese() {
        commands(&whole_command(), "", &mut |command, path| {
            assert!(about(path).is_some(), "{path}");
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                assert!(help_of(path, id).is_some(), "{path} --{id}");
            }
        });
    }

    #[test]
    fn the_japanese_command_line_is_sound() {
        localized(whole_command(), Language::Ja).debug_assert();
    }
}
