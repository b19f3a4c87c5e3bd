using System.Text.RegularExpressions;
using CsCheck;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Tests.PromQl;

public sealed class WhenValuesAreFilledIn
{
    private const int Iterations = 5_000;

    private const string Hostile = "1\"} or vector(0) #";

    /// <summary>Most of what means something to a query, an expression or a placeholder.</summary>
    private static readonly string[] Scraps =
    [
        "\"", "'", "`", "\\", "\\\\", "{", "}", "{{", "}}", "{{window}}", "{{version}}", "$", "$1", "${1}", "#", "\n",
        "\r", "\t", "\0", "(", ")", "[", "]", ".", "*", "+", "?", "|", "^", "-", ",", "=", "=~", " or vector(0) ", "x",
        "3.2.1", "\\Q", "\\E", "\\x22", "(?i)", "é", "\u2028", "\u0085", "😀", " ", "/*", "0", "b",
    ];

    private static readonly Gen<string> Values =
        Gen.Int[0, Scraps.Length - 1].Select(i => Scraps[i]).List[0, 8].Select(string.Concat);

    private static (string? Query, string? Problem) Fill(string query, string version) => QueryTemplate.Fill(
        query, name => name switch { "version" => version, "window" => null, _ => "shop" });

    private static string Filled(string query, string version)
    {
        var (filled, problem) = Fill(query, version);
        Assert.Null(problem);
        return filled!;
    }

    [Theory]
    [InlineData("""sum(increase(a{v="{{version}}",code=~"5.."}[{{window}}]))""", 2, 0)]
    [InlineData("""a{v='{{version}}'}""", 1, 0)]
    [InlineData("""a{v="{{service}}-{{version}}-\"{{service}}\""}""", 1, 0)]
    [InlineData("""label_join(a{v="{{version}}"}, "d", ",", "s")""", 4, 0)]
    [InlineData("a # {{version}}\n+ b{v=\"{{version}}\"}", 1, 0)]
    public void A_value_in_quotes_is_what_its_literal_says_and_nothing_else_changes(
        string query, int literals, int at) =>
        Values.Sample(
            value =>
            {
                var (rest, said) = Reread.Literals(Filled(query, value));
                var (same, plain) = Reread.Literals(Filled(query, "plain"));
                return rest == same && said.Count == literals
                    && said[at] == plain[at].Replace("plain", value, StringComparison.Ordinal)
                    && said.Skip(at + 1).SequenceEqual(plain.Skip(at + 1));
            },
            seed: "0000KFkTfkT0", iter: Iterations);

    [Theory]
    [InlineData("""a{v=~"{{version}}"}""", "", "")]
    [InlineData("""a{v=~'{{version}}'}""", "", "")]
    [InlineData("a{v!~`{{version}}`}", "", "")]
    [InlineData("""a{v =~ # why not\n "v{{version}}\\.[0-9]{1,2}|x"}""", "v", ".42")]
    [InlineData("""label_replace(a{b="c"}, "d", "e", "f", "{{version}}-(.*)")""", "", "-rest")]
    [InlineData("""a{v=~"[^]a-z](?:{{version}}){1}[ab]"}""", "4", "b")]
    [InlineData("""a{v=~"{{version}}{1}"}""", "", "")]
    [InlineData("""a{v=~"{{version}}\x7b1}-?"}""", "", "")]
    public void A_value_in_a_regular_expression_matches_itself_alone(string query, string before, string after) =>
        Values.Sample(
            value =>
            {
                var (_, said) = Reread.Literals(Filled(query.Replace("\\n", "\n", StringComparison.Ordinal), value));
                var expression = new Regex($@"\A(?:{said[^1]})\z", RegexOptions.CultureInvariant);
                return expression.IsMatch(before + value + after) && !expression.IsMatch($"{before}~{value}{after}")
                    && (value.Length == 0 || !expression.IsMatch(before + value[1..] + "\u0001" + after));
            },
            seed: "0000KFkTfkT0", iter: Iterations);

    [Fact]
    public void A_raw_literal_holds_a_value_or_is_refused() => Values.Sample(
        value =>
        {
            var (filled, problem) = Fill("a{v=`{{version}}`}", value);
            return value.Any(c => c is '`' or '{' or '}')
                ? problem!.Contains("double quotes", StringComparison.Ordinal)
                : Reread.Literals(filled!) is ("a{v=_}", [var said]) && said == value;
        },
        seed: "0000KFkTfkT0", iter: Iterations);

    [Fact]
    public void No_value_becomes_a_placeholder_of_whoever_fills_in_the_window() => Values.Sample(
        value =>
        {
            var filled = Filled("""a{v="{{version}}",w=~"{{version}}{window}}",x='{{version}}'}[{{window}}]""", value);
            return Regex.Count(filled, @"\{\{") == 1;
        },
        seed: "0000KFkTfkT0", iter: Iterations);

    [Fact]
    public void A_dollar_sign_in_a_replacement_is_one() => Assert.Equal(
        """label_replace(a, "d", "${1}$$1-$$", "s", "(.*)\\$1\\-\\$")""",
        Filled("""label_replace(a, "d", "${1}{{version}}", "s", "(.*){{version}}")""", "$1-$"));

    [Theory]
    [InlineData("a{v=\"{{version}}\"}", """a{v="1\"\x7d or vector(0) #"}""")]
    [InlineData("a{v='{{version}}'}", """a{v='1"\x7d or vector(0) #'}""")]
    [InlineData("a{v=~\"{{version}}\"}", """a{v=~"1\"\\x7d or vector\\(0\\) #"}""")]
    [InlineData("a{v=~`{{version}}`}", """a{v=~`1"\x7d or vector\(0\) #`}""")]
    public void The_hostile_version_changes_no_query(string query, string filled) =>
        Assert.Equal(filled, Filled(query, Hostile));

    [Theory]
    [InlineData("http_{{version}}_total", "3", "http_3_total")]
    [InlineData("sum(a) by ({{version}})", "job", "sum(a) by (job)")]
    [InlineData("a > {{version}}", "2.50", "a > 2.50")]
    [InlineData("rate(a[{{version}}])", "1h30m", "rate(a[1h30m])")]
    [InlineData("rate(a[{{version}}:1m])", "5m", "rate(a[5m:1m])")]
    [InlineData("rate(a[{{window}}])", "x", "rate(a[{{window}}])")]
    public void Outside_of_quotes_plain_words_numbers_and_durations_are_taken(
        string query, string value, string filled) => Assert.Equal(filled, Filled(query, value));

    [Theory]
    [InlineData("a > {{version}}", Hostile)]
    [InlineData("a > {{version}}", "1.2.3")]
    [InlineData("a {{version}} b", "or")]
    [InlineData("a {{version}} b", "UNLESS")]
    [InlineData("{{version}}(a)", "sum")]
    [InlineData("a{{version}}", "{b=\"c\"}")]
    [InlineData("http_{{version}}_total", "check-out")]
    [InlineData("http_{{version}}_total", " or b")]
    [InlineData("a > {{version}}", "")]
    [InlineData("a > {{version}}", "1\n")]
    public void Outside_of_quotes_nothing_else_is_taken(string query, string value)
    {
        var (filled, problem) = Fill(query, value);

        Assert.Null(filled);
        Assert.Contains("outside of quotes", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""a{v="\{{version}}"}""")]
    [InlineData("""a{v="\x{{version}}"}""")]
    [InlineData("""a{v="\u00{{version}}"}""")]
    [InlineData("""a{v="\1{{version}}"}""")]
    [InlineData("""a{v=~"\\{{version}}"}""")]
    [InlineData("""a{v=~"\\\\\\{{version}}"}""")]
    [InlineData("""a{v=~"\\x{{version}}"}""")]
    [InlineData("""a{v=~"\\pL\\p{{version}}"}""")]
    [InlineData("""a{v=~"b{1,{{version}}}"}""")]
    [InlineData("""a{v=~"(?{{version}})"}""")]
    [InlineData("""a{v=~"(?P<{{version}}>c)"}""")]
    [InlineData("""a{v=~"\\Qabc{{version}}\\E"}""")]
    [InlineData("a{v=~`\\{{version}}`}")]
    [InlineData("""a{v=~"[{{version}}]"}""")]
    [InlineData("""a{v=~"[^]a{{version}}]"}""")]
    [InlineData("""a{v=~"[[:alpha:]\\]{{version}}]"}""")]
    [InlineData("""label_replace(a, "d", "$1{{version}}", "s", "(.*)")""")]
    [InlineData("""label_replace(a, "d", "$$$x{{version}}", "s", "(.*)")""")]
    [InlineData("""label_replace(a, "d", "${x{{version}}}", "s", "(.*)")""")]
    [InlineData("""a{v="{{version}}}""")]
    [InlineData("a{v=\"{{version}}\n\"}")]
    [InlineData("a{v=\"{{version\"}")]
    public void A_place_in_which_a_value_would_mean_something_else_is_refused(string query)
    {
        var (filled, problem) = Fill(query, "3");

        Assert.Null(filled);
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData("""a{v=~"\\\\{{version}}"}""", """\\3\.2""")]
    [InlineData("""a{v=~"[0-9]{2}\\.{{version}}"}""", """[0-9]{2}\.3\.2""")]
    [InlineData("""a{v=~"(?:{{version}}|b)"}""", """(?:3\.2|b)""")]
    [InlineData("""a{v=~"(?P<n>{{version}})"}""", """(?P<n>3\.2)""")]
    [InlineData("""a{v=~"(?i){{version}}"}""", """(?i)3\.2""")]
    public void Behind_a_whole_element_of_an_expression_there_is_a_place(string query, string expression) =>
        Assert.Equal([expression], Reread.Literals(Filled(query, "3.2")).Said);

    [Fact]
    public void Whatever_is_written_is_filled_or_refused_and_no_version_reaches_the_query_itself() =>
        Gen.Select(Values, Values, Values).Sample(
            (before, value, after) =>
            {
                if (VersionName.Parse(value) is null) return true;
                var (filled, problem) = Fill(before + "{{version}}" + after, value);
                return (filled is null) != (problem is null);
            },
            seed: "0000KFkTfkT0", iter: Iterations);
}
