namespace OrleansRelease.Core.Analysis;

/// <summary>Judgement over metrics, in order of severity: the worst metric's verdict is the verdict of all.</summary>
public enum Verdict
{
    Pass,
    NoData,
    Error,
    Inconclusive,
    Fail,
}
