using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansRelease.Host.Verbs;

/// <summary>Help that ends with examples.</summary>
internal static class Examples
{
    public static Command Show(Command command, params string[] examples)
    {
        var help = new HelpOption();
        help.Action = new HelpThenExamples((HelpAction)help.Action!, examples);
        command.Options.Add(help);
        return command;
    }

    private sealed class HelpThenExamples(HelpAction help, string[] examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  {example}");
            return result;
        }
    }
}
