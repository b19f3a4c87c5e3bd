using System.CommandLine;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>sample</c>: a small service to release, good or bad.</summary>
internal static class SampleVerb
{
    public static Command Build()
    {
        var command = new Command(
            "sample",
            "Start a small web service that can be told to go wrong; @FILE reads arguments from a file. Arguments: "
            + SampleOptions.Usage["sample ".Length..])
        { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, _) => SampleService.RunAsync([.. parsed.UnmatchedTokens]));
        return Examples.Show(
            command, "sample --version 1.0.0 --port 8081",
            "sample --version 2.0.0 --port 8082 --fault errors --rate 0.3");
    }
}
