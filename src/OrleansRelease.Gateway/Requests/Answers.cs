using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Gateway.Requests;

/// <summary>How an endpoint goes from what was sent to an answer, stopping at the first "no".</summary>
internal static class Answers
{
    public static Answer<T> Name<T>(string? text, string what)
        where T : struct, IName<T> =>
        T.Parse(text) is { } name
            ? name
            : new Refusal(Problems.BadName, $"'{Shown(text)}' is not a {what}", T.Shape);

    /// <summary>Names are labels; those of releases may have dots.</summary>
    public static Answer<ManifestKey> Manifest(ManifestKind kind, string name) =>
        ManifestKey.Parse($"{kind}/{name}") is { } key
            ? key
            : new Refusal(Problems.BadName, $"'{Shown(name)}' is not the name of a {kind}", ManifestKey.ShapeOf(kind));

    public static Task<Answer<TNext>> Then<T, TNext>(this Answer<T> answer, Func<T, Task<Answer<TNext>>> next) =>
        answer switch
        {
            Answer<T>.Accepted accepted => next(accepted.Value),
            Answer<T>.Refused refused => Task.FromResult<Answer<TNext>>(refused.Refusal),
            _ => throw new UnreachableException(),
        };

    public static async Task<Answer<TNext>> Then<T, TNext>(
        this Task<Answer<T>> answer, Func<T, Task<Answer<TNext>>> next) => await Then(await answer, next);

    public static async Task<Results<Ok<T>, ProblemHttpResult>> Reply<T>(this Task<Answer<T>> answer) =>
        await answer switch
        {
            Answer<T>.Accepted accepted => TypedResults.Ok(accepted.Value),
            Answer<T>.Refused refused => Problems.Of(refused.Refusal),
            _ => throw new UnreachableException(),
        };

    /// <summary>What somebody sent, short enough to be repeated to them.</summary>
    public static string Shown(string? text) => text is { Length: > 80 } ? text[..80] + "…" : text ?? "";
}
