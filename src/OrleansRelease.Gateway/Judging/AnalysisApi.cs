using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Core.Analysis.Judging;
using OrleansRelease.Core.Commands;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Judging;

/// <summary>Judging what somebody else has measured; nothing of it is kept.</summary>
internal static class AnalysisApi
{
    public static void MapAnalysis(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/analysis").WithTags("Analysis")
            .WithMetadata(new BodyLimit(GatewayLimits.ManifestBody));
        analysis.MapPost("/judge", Judge).WithName("judge")
            .WithSummary("Whether a new version's values are good, by themselves or beside a control; changes nothing");
        analysis.MapPost("/assess", Assess).WithName("assess")
            .WithSummary("What a rollout would make of a metric's measurements, one by one; changes nothing");
    }

    // The caller is taken only for its key: every POST answers with one, and these change nothing anyway.
    private static Results<Ok<JudgeAnswer>, ProblemHttpResult> Judge(JudgeRequest body, Caller caller) =>
        Reply(Judges.Judge(body));

    private static Results<Ok<Assessment>, ProblemHttpResult> Assess(AssessRequest body, Caller caller) =>
        Reply(body.Assess());

    private static Results<Ok<T>, ProblemHttpResult> Reply<T>(Judgement<T> judgement)
    {
        if (judgement is Judgement<T>.Made made) return TypedResults.Ok(made.Answer);
        if (judgement is not Judgement<T>.Refused { Problems: var problems }) throw new UnreachableException();
        var body = Problems.Body(new Refusal(
            Problems.InvalidAnalysis,
            string.Join("; ", problems.Select(problem => $"{problem.Path}: {problem.Reason}")),
            string.Join("\n", problems.Select(problem => $"{problem.Path}: {problem.Expected}"))));
        body.Extensions["problems"] = problems;
        return TypedResults.Problem(body);
    }
}
