S <- list(pre="s_", seed=77123, N=90000, districts=c("D 1, east","Nördlich","3","West \"end\"","Zz","low","Mid"),
 dshare=c(.2,.18,.12,.14,.16,.12,.08), hhp=c(.3,.4,.2,.1), bg=c(30,26,30,28,34,26,26), psu_prefix="", flatshare=c(.7,.6,.35,.5,.2,.4,.3), dwell=c("1","2"),
 race_by_d=rbind(c(.5,.3,.1,.1),c(.3,.5,.1,.1),c(.3,.3,.2,.2),c(.6,.2,.1,.1),c(.25,.25,.25,.25),c(.5,.3,.1,.1),c(.4,.3,.2,.1)),
 minage=16L, agecuts=c(30,45,60), agelab=c("1","2","3","10"), sexes=c("0","1"), sexp=c(.48,.52), races=c("A","b","C,d","no answer given"), edus=c("low","mid","high","9"),
 d_income=c(.1,.4,-.4,.1,.9,-.6,0), d_eff=c(-.05,.12,-.35,.05,.4,-.45,0), d_resp=c(0,.1,-.2,0,.25,-.3,0), strat_dwell=TRUE, ninv=as.list(setNames(rep(420,14),1:14)), npsu=5, singleton_strata=c(3), lonely=TRUE,
 resp0=-1.2, modes=c("web","mail","phone"), items=c("q1","q2","q3","q4","q5","q6"), lambda=c(.5,.65,.8,.8,.6,.75), itemloc=c(.9,-.3,.1,0,.2,-.4), thresholds=c(-1.2,-.4,.35,1.1), poscut=4, missloc=c(-3.5,-3.2,-3,-2.5,-2.2,-2.8), shift=list(rep(0,7), c(.30,.05,.65,.25,.10,.75,-.2)),
 c=list(stratum="strat_um",psu="cluster",district="area",age="years",ageg="ag",sex="gender",race="race",edu="educ",mode="mode",adults="adults",base="bw",fpc="popn",edurep="edu_rep"), idprefix="P", n_open=700,
 bounds_lin=c(.2,4), bounds_logit=c(.2,5), bounds_logit2=c(.1,8), trim_strict_mult=2.0, bad_scale=.93, inf_d=4, small_d=2, pan_mod=3, waves=c("old","new"), fh_item=2, api=FALSE,
 R4=list(c("ageg","sex"),"race","edu","district"), R3=list(c("ageg","sex"),c("race","district"),"edu"), PS=c("ageg","sex"))
